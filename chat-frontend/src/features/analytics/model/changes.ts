/** Owns how a figure compares with that of the period before. */
import { t } from "i18next";
import { formatNumber } from "@/i18n/format";

export interface Change {
  direction: "up" | "down" | "same";
  /** By how much of what was; null where there was nothing. */
  share: number | null;
}

/** Null where there is nothing to compare. */
export function changeOf(value: number | null, before: number | null | undefined): Change | null {
  if (value === null || before === null || before === undefined) return null;
  if (value === before) return { direction: "same", share: 0 };
  return { direction: value > before ? "up" : "down", share: before === 0 ? null : (value - before) / before };
}

export function wordsOf({ direction, share }: Change): string {
  if (direction === "same") return t("as before");
  if (share === null) return t("none before");
  return formatNumber(share, { style: "percent", maximumFractionDigits: Math.abs(share) < 0.1 ? 1 : 0, signDisplay: "always" });
}

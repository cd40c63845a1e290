/** Owns how figures are written, by what they count. */
import { t } from "i18next";
import { formatNumber } from "@/i18n/format";
import { formatUsd } from "@/i18n/money";

export type Unit = "count" | "usd" | "seconds" | "minutes" | "share" | "percent";

const NOTHING = "–";

function secondsText(seconds: number): string {
  if (seconds < 1) return t("{{amount}} ms", { amount: formatNumber(seconds * 1000, { maximumFractionDigits: seconds < 0.01 ? 1 : 0 }) });
  return t("{{amount}} s", { amount: formatNumber(seconds, { maximumFractionDigits: seconds < 10 ? 2 : 1 }) });
}

const MINUTES_PER_HOUR = 60;

/** A length of time that was chosen in minutes: in hours where they are full ones. */
export function durationText(minutes: number): string {
  const inHours = minutes >= MINUTES_PER_HOUR && minutes % MINUTES_PER_HOUR === 0;
  return formatNumber(inHours ? minutes / MINUTES_PER_HOUR : minutes, { style: "unit", unit: inHours ? "hour" : "minute", unitDisplay: "long", maximumFractionDigits: 1 });
}

function shareText(share: number): string {
  return formatNumber(share, { style: "percent", maximumFractionDigits: 1 });
}

const WRITERS: Record<Unit, (value: number) => string> = {
  count: (value) => formatNumber(value, { maximumFractionDigits: 1 }),
  usd: formatUsd,
  seconds: secondsText,
  minutes: durationText,
  share: shareText,
  percent: (value) => shareText(value / 100),
};

/** A dash stands where there is nothing to divide by. */
export function written(value: number | null, unit: Unit): string {
  return value === null ? NOTHING : WRITERS[unit](value);
}

/** Beside an axis there is little room. */
export function writtenShort(value: number, unit: Unit): string {
  return unit === "count" && Math.abs(value) >= 10_000 ? formatNumber(value, { notation: "compact" }) : written(value, unit);
}

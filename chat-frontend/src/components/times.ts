/** Owns how moments read. */
import { t } from "i18next";
import { formatDistance, formatMoment } from "@/i18n/format";

/** Where one must be told from others. */
export function exactTime(at: string): string {
  return formatMoment(at, { dateStyle: "medium", timeStyle: "short" });
}

/** Where the day is enough. */
export function day(at: string): string {
  return formatMoment(at, { dateStyle: "medium" });
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3_600], ["minute", 60]];

/** How long ago it was, in the largest unit that fits. */
export function timeAgo(at: string, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
  return Math.abs(seconds) < 60 ? t("just now") : formatDistance(Math.trunc(seconds / length), unit);
}

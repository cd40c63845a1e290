/** Owns how the time of the last activity reads in the list. */
import { t } from "i18next";
import { formatMoment } from "@/i18n/format";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export function activityTime(at: string, now: Date = new Date()): string {
  const time = new Date(at);
  const age = now.getTime() - time.getTime();
  if (age < MINUTE_MS) return t("just now");
  if (age < HOUR_MS) return t("{{minutes}} min ago", { minutes: Math.floor(age / MINUTE_MS) });
  if (age < DAY_MS) return t("{{hours}} h ago", { hours: Math.floor(age / HOUR_MS) });
  const isThisYear = time.getFullYear() === now.getFullYear();
  return formatMoment(time, { day: "numeric", month: "short", ...(isThisYear ? {} : { year: "numeric" }) });
}

/** Owns ranges of days: which they are at a moment in a time zone, and how finely they are drawn. */

export const PRESETS = ["today", "7d", "30d", "90d"] as const;
export type Preset = (typeof PRESETS)[number];
export type RangeChoice = Preset | "custom";
export type Interval = "hour" | "day" | "week" | "month";

export interface Days {
  from: string;
  to: string;
}

const LENGTHS: Record<Preset, number> = { today: 1, "7d": 7, "30d": 30, "90d": 90 };
const MS_PER_DAY = 86_400_000;

/** The calendar day in a zone, as `2026-01-31`. */
export function dayIn(zone: string, at: number): string {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(at);
  const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}`;
}

/** Calendar days have no hours, and so no clocks that change. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * MS_PER_DAY).toISOString().slice(0, 10);
}

/** How many days there are from one to the other, both included. */
export function lengthOf({ from, to }: Days): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / MS_PER_DAY) + 1;
}

export function isDay(text: string | null): text is string {
  if (text === null || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

export function daysOf(preset: Preset, zone: string, now: number): Days {
  const to = dayIn(zone, now);
  return { from: addDays(to, 1 - LENGTHS[preset]), to };
}

/** As many points as can be told from each other. */
export function intervalOf(days: Days): Interval {
  const length = lengthOf(days);
  if (length <= 2) return "hour";
  if (length <= 92) return "day";
  return length <= 731 ? "week" : "month";
}

/** The last of the days, where a question takes no more than so many. */
export function lastOf(days: Days, most: number): Days {
  return lengthOf(days) <= most ? days : { from: addDays(days.to, 1 - most), to: days.to };
}

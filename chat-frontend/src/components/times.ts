/** Owns how moments read. */

/** Where one must be told from others. */
export function exactTime(at: string): string {
  return new Date(at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
}

/** Where the day is enough. */
export function day(at: string): string {
  return new Date(at).toLocaleDateString("en", { dateStyle: "medium" });
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [["year", 31_557_600], ["month", 2_629_800], ["day", 86_400], ["hour", 3_600], ["minute", 60]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });

/** How long ago it was, in the largest unit that fits. */
export function timeAgo(at: string, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000;
  const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ["minute", 60];
  return Math.abs(seconds) < 60 ? "just now" : relative.format(Math.trunc(seconds / length), unit);
}

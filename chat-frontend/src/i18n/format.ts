/** Owns how numbers and moments are written in the language in use. */
import { languageInUse } from "./translation";

export function formatNumber(value: number, options: Intl.NumberFormatOptions = {}): string {
  return value.toLocaleString(languageInUse(), options);
}

/** What stands between whole numbers and fractions. */
export function decimalSeparator(): string {
  return new Intl.NumberFormat(languageInUse()).formatToParts(0.5).find(({ type }) => type === "decimal")?.value ?? ".";
}

export function formatMoment(at: string | number | Date, options: Intl.DateTimeFormatOptions): string {
  return new Date(at).toLocaleString(languageInUse(), options);
}

/** "3 hours ago", "yesterday": `value` is negative for what is past. */
export function formatDistance(value: number, unit: Intl.RelativeTimeFormatUnit): string {
  return new Intl.RelativeTimeFormat(languageInUse(), { numeric: "auto" }).format(value, unit);
}

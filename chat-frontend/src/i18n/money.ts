/** Owns how amounts of US dollars are written and read in the language in use. */
import { decimalSeparator, formatNumber } from "./format";

const DOLLARS = { style: "currency", currency: "USD" } as const;
const CENT_DIGITS = 2;
// The chat service counts in whole billionths of a dollar.
const MOST_DIGITS = 9;

/** What something costs: cents, and of less than ten cents the first two digits that say something. */
export function formatUsd(amount: number): string {
  const leading = amount > 0 ? Math.floor(Math.log10(amount)) : 0;
  const digits = Math.min(MOST_DIGITS, Math.max(CENT_DIGITS, CENT_DIGITS - 1 - leading));
  return formatNumber(amount, { ...DOLLARS, maximumFractionDigits: digits });
}

/** What somebody has set, with every digit of it. */
export function formatExactUsd(amount: number): string {
  return formatNumber(amount, { ...DOLLARS, maximumFractionDigits: MOST_DIGITS });
}

/** As `parseUsd` reads it: for a field in which it can be changed. */
export function editableUsd(amount: number): string {
  return formatNumber(amount, { minimumFractionDigits: CENT_DIGITS, maximumFractionDigits: MOST_DIGITS, useGrouping: false });
}

/**
 * The amount that was typed; null for what is none. Only the language's own decimal separator counts, and no other: `1,234`
 * is a thousand to some and one to others.
 */
export function parseUsd(text: string): number | null {
  const [whole = "", fraction, ...rest] = text.trim().split(decimalSeparator());
  const isAmount = /^\d{1,9}$/.test(whole) && (fraction === undefined || /^\d{1,9}$/.test(fraction)) && rest.length === 0;
  return isAmount ? Number(`${whole}.${fraction ?? "0"}`) : null;
}

/** Owns how a moment reads where it must be told from others. */

export function exactTime(at: string): string {
  return new Date(at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
}

/** Texts with something in them that is no text, as a link or a `<time>`: `t("Last used {{time}}", { time: HOLE })`. */

// U+FFFC, which stands for an object in a text.
export const HOLE = "\uFFFC";

/** What comes before the hole and what comes after it; null for the latter where there is none. */
export function aroundHole(text: string): { before: string; after: string | null } {
  const at = text.indexOf(HOLE);
  return at === -1 ? { before: text, after: null } : { before: text.slice(0, at), after: text.slice(at + HOLE.length) };
}

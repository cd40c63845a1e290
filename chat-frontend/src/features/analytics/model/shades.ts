/** Owns how dark a cell is. */

// With more than this under it, text would no longer have 4.5:1 in both themes.
const DARKEST_PERCENT = 42;

/** In percent of the colour, so that text stays readable on the darkest. */
export function shadeOf(value: number, most: number): number {
  return most <= 0 ? 0 : Math.round((Math.max(0, value) / most) * DARKEST_PERCENT);
}

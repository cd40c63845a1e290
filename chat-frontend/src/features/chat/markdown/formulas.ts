/** Draws formulas with KaTeX; in a chunk of its own, with its styles. */
import { ParseError, render } from "katex";
import "katex/dist/katex.min.css";

const LONGEST = 5_000;

// Nothing that makes links, loads, names classes or ids; and nothing that grows without end.
const LIMITS = { trust: false, strict: "ignore", throwOnError: true, maxExpand: 300, maxSize: 30 } as const;

/** Put the formula into `place`, by elements and never by HTML. Returns: whether it could be drawn. */
export function drawFormula(source: string, isDisplay: boolean, place: HTMLElement): boolean {
  if (source.length > LONGEST) return false;
  try {
    render(source, place, { ...LIMITS, displayMode: isDisplay });
    return true;
  } catch (error) {
    if (error instanceof ParseError || error instanceof RangeError) return false;
    throw error;
  }
}

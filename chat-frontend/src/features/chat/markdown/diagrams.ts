/** Draws diagrams with Mermaid; in a chunk of its own. What comes out is an image, in which nothing runs, loads or leads anywhere. */
import mermaid from "mermaid";

export interface Drawing {
  /** An address with all of the image in it. */
  address: string;
  width: number;
  height: number;
}

const LONGEST = 20_000;
const DIRECTIVE = /%%\{[^]*?\}%%/g;
const FRONT_MATTER = /^\s*---\n[^]*?\n---\s*\n/;
// What would load something while it is measured: pictures as shapes, and addresses in styles.
const LOADS = /@\{[^}]*\bimg\b|url\s*\(|@import|\\[0-9a-f]{2}/i;

let drawn = 0;

/**
 * Draw a diagram. Its own settings are left out: they are the page's.
 *
 * Returns: null when it is no diagram that can be drawn here.
 */
export async function drawDiagram(source: string, isDark: boolean): Promise<Drawing | null> {
  const text = source.replace(FRONT_MATTER, "").replace(DIRECTIVE, "");
  if (text.length > LONGEST || LOADS.test(text)) return null;
  mermaid.initialize({
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    theme: isDark ? "dark" : "default",
    fontFamily: "system-ui, sans-serif", // fonts of the page do not reach into an image
    maxTextSize: LONGEST,
    maxEdges: 300,
    logLevel: "fatal",
  });
  drawn += 1;
  const name = `diagram-${drawn}`;
  try {
    const { svg } = await mermaid.render(name, text);
    return asImage(svg);
  } catch {
    return null; // whatever the library says, it says of a source that it does not understand
  } finally {
    document.getElementById(`d${name}`)?.remove();
  }
}

/** An image needs a size of its own, and XML where the library writes HTML. */
function asImage(svg: string): Drawing | null {
  const drawing = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
  const [, , width = 0, height = 0] = (drawing?.getAttribute("viewBox") ?? "").split(/[\s,]+/).map(Number);
  if (drawing === null || !(width > 0 && height > 0)) return null;
  drawing.setAttribute("width", String(width));
  drawing.setAttribute("height", String(height));
  const text = new XMLSerializer().serializeToString(drawing);
  return { address: `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`, width, height };
}

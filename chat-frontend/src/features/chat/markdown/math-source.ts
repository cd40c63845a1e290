/** Owns what counts as mathematics in an answer. */
import type { Nodes, Parent, PhrasingContent, Root, Text } from "mdast";
import type { InlineMath } from "mdast-util-math";

const CODE = /(^ {0,3}(?<fence>`{3,}|~{3,})[^]*?(?:^ {0,3}\k<fence>[`~]*[ \t]*$|$(?![^])))|(?<ticks>`+)[^]*?\k<ticks>/gm;
const BRACKETS = /\\\[\s*([^$]+?)\s*\\\]|\\\(\s*([^$\n]+?)\s*\\\)/g;

function inDollars(text: string): string {
  return text.replace(BRACKETS, (_, display?: string, inline?: string) => (display === undefined ? `$${inline}$` : `$$${display}$$`));
}

/** LaTeX's own brackets as dollars, which is what Markdown knows; code stays as it is. */
export function withDollars(text: string): string {
  if (!text.includes("\\(") && !text.includes("\\[")) return text;
  let end = 0;
  let result = "";
  for (const match of text.matchAll(CODE)) {
    result += inDollars(text.slice(end, match.index)) + match[0];
    end = match.index + match[0].length;
  }
  return result + inDollars(text.slice(end));
}

/** Sums of money are no mathematics: as in pandoc, a dollar opens before a character, and closes behind one and before no digit. */
function isMoney(source: string, after: string): boolean {
  return !source.startsWith("$$") && (/^\$\s|\s\$$/.test(source) || /^\d/.test(after));
}

/** A remark plugin behind remark-math: tells displayed formulas from those in a line, and turns money back into text. */
export function remarkMathKinds() {
  return (tree: Root, file: { value: unknown }) => {
    const text = String(file.value);
    visitParents(tree, (parent) => {
      parent.children = parent.children.map((node) => (node.type === "inlineMath" ? asKind(node, text) : node));
    });
  };
}

function asKind(node: InlineMath, text: string): PhrasingContent {
  const [start, end] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
  const source = text.slice(start, end);
  if (isMoney(source, text.slice(end))) return { type: "text", value: source } satisfies Text;
  if (source.startsWith("$$")) node.data = { ...node.data, hProperties: { className: ["math-display"] } };
  return node;
}

function visitParents(node: Nodes, change: (parent: Parent) => void): void {
  if (!("children" in node)) return;
  change(node);
  node.children.forEach((child) => visitParents(child, change));
}

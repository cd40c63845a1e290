/** Splits growing Markdown into top-level blocks, reading each finished block once. */
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import remarkParse from "remark-parse";
import { unified } from "unified";

export interface BlockSplit {
  /** Blocks that no later text can change. */
  finished: string[];
  /** How much of the text the finished blocks cover. */
  finishedLength: number;
  /** What follows them. */
  tail: string;
}

export const noBlocks: BlockSplit = { finished: [], finishedLength: 0, tail: "" };

const parser = unified().use(remarkParse).use(remarkGfm).use(remarkMath);

/**
 * Split `text`, which starts with the text of `previous`.
 *
 * Markdown blocks are decided line by line and never open again, so every block but the last of the complete lines is
 * finished. The last line counts only once its line break is there: "#" alone is a heading, "#tag" is not.
 */
export function splitBlocks(previous: BlockSplit, text: string): BlockSplit {
  const open = text.slice(previous.finishedLength);
  const completeLines = open.slice(0, open.lastIndexOf("\n") + 1);
  const starts = completeLines === "" ? [] : blockStarts(completeLines);
  if (starts.length < 2) return { ...previous, tail: open };
  const lastStart = starts.at(-1) ?? 0;
  const finished = starts.slice(0, -1).map((start, index) => open.slice(start, starts[index + 1]));
  return {
    finished: [...previous.finished, ...finished],
    finishedLength: previous.finishedLength + lastStart,
    tail: open.slice(lastStart),
  };
}

/**
 * Where the text can be cut: at the start of a line where a top-level block begins after a blank line.
 *
 * A block directly under another one can depend on it: "2. two" is a list after a blank line and a paragraph under code.
 */
function blockStarts(text: string): number[] {
  const starts = parser.parse(text).children.map(({ position }) => {
    const offset = position?.start.offset ?? 0;
    return text.lastIndexOf("\n", offset - 1) + 1;
  });
  return [0, ...starts.slice(1).filter((start) => /\n[ \t]*\n$/.test(text.slice(0, start)))];
}

/** Links by reference and footnotes reach across blocks, so such a text is drawn once as a whole when it is finished. */
export function needsWholeText(text: string): boolean {
  return /^ {0,3}\[[^\]]+\]:/m.test(text);
}

/** Draws an answer while it grows: finished blocks once, only the tail again. */
import { useState } from "react";
import remend from "remend";
import { type BlockSplit, needsWholeText, noBlocks, splitBlocks } from "./blocks";
import { Markdown } from "./Markdown";
import classes from "./Markdown.module.css";

interface StreamingMarkdownProps {
  text: string;
  isStreaming: boolean;
}

/** What was split for the shorter text is kept; a text that is not a continuation is split from its start. */
function useBlocks(text: string): BlockSplit {
  const [last, setLast] = useState({ text: "", split: noBlocks });
  if (last.text === text) return last.split;
  const split = splitBlocks(text.startsWith(last.text) ? last.split : noBlocks, text);
  setLast({ text, split });
  return split;
}

export function StreamingMarkdown({ text, isStreaming }: StreamingMarkdownProps) {
  const { finished, tail } = useBlocks(text);
  if (!isStreaming && needsWholeText(text)) {
    return (
      <div className={classes.prose}>
        <Markdown text={text} isFinished />
      </div>
    );
  }
  return (
    <div className={classes.prose}>
      {/* The tail keeps its place, so that it becomes a finished block without being drawn anew. */}
      {[...finished, tail].map((block, index) => {
        const isOpen = isStreaming && index === finished.length;
        return <Markdown key={index} text={isOpen ? remend(block) : block} isFinished={!isOpen} />;
      })}
    </div>
  );
}

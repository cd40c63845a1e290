/** Draws an answer while it grows: finished blocks once, only the tail again. */
import { useMemo, useRef } from "react";
import remend from "remend";
import { type BlockSplit, needsWholeText, noBlocks, splitBlocks } from "./blocks";
import { Markdown } from "./Markdown";
import classes from "./Markdown.module.css";

interface StreamingMarkdownProps {
  text: string;
  isStreaming: boolean;
}

function useBlocks(text: string): BlockSplit {
  const last = useRef({ text: "", split: noBlocks });
  return useMemo(() => {
    const grown = text.startsWith(last.current.text) ? last.current.split : noBlocks;
    const split = splitBlocks(grown, text);
    last.current = { text, split };
    return split;
  }, [text]);
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

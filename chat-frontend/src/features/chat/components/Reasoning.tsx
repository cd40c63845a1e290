/** What the model thought before it answered, folded. */
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { ChevronRight } from "@/components/icons";
import type { LiveMessage } from "@/realtime/conversation-state";
import { useThinkingSeconds } from "../hooks/use-thinking-seconds";
import classes from "./Reasoning.module.css";

const StreamingMarkdown = lazy(() =>
  import("../markdown/StreamingMarkdown").then((module) => ({ default: module.StreamingMarkdown })),
);

export function Reasoning({ message }: { message: LiveMessage }) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const { reasoning, status, content } = message;
  const isThinking = status === "streaming" && content === "";
  const measured = useThinkingSeconds(isThinking && reasoning !== null);
  if (reasoning === null) return null;
  const seconds = reasoning.seconds ?? measured;
  const known = seconds === null ? t("Thoughts") : t("Thought for {{count, number}} seconds", { count: Math.max(1, Math.round(seconds)) });
  return (
    <details className={classes.reasoning} onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary className={classes.summary} data-thinking={isThinking || undefined}>
        <ChevronRight size={14} className={classes.arrow} aria-hidden />
        {isThinking ? t("Thinking…") : known}
      </summary>
      {isOpen && (
        <div className={classes.thoughts}>
          <Suspense fallback={<div className={classes.plain}>{reasoning.content}</div>}>
            <StreamingMarkdown text={reasoning.content} isStreaming={isThinking} />
          </Suspense>
        </div>
      )}
    </details>
  );
}

/** Tells screen readers of an answer once it is there, instead of word by word. */
import { VisuallyHidden } from "@mantine/core";
import type { TFunction } from "i18next";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { LiveMessage } from "@/realtime/conversation-state";
import { outcomeSentence } from "../model/outcomes";

// A longer text is better read in the message itself, at the listener's pace.
const LONGEST_ANNOUNCEMENT = 500;

function announcementOf(message: LiveMessage, t: TFunction): string {
  const text = message.content.slice(0, LONGEST_ANNOUNCEMENT);
  const rest = message.content.length > LONGEST_ANNOUNCEMENT ? `… ${t("The whole answer is in the conversation.")}` : "";
  return [t("Assistant: {{text}}", { text: `${text}${rest}` }), outcomeSentence(message)].filter(Boolean).join(" ");
}

export function AnswerAnnouncer({ messages, isAwaitingReply }: { messages: LiveMessage[]; isAwaitingReply: boolean }) {
  const { t } = useTranslation();
  const streaming = useRef<string | null>(null);
  const [announced, setAnnounced] = useState({ key: "", text: "" });
  const current = messages.findLast(({ role }) => role === "assistant");
  useEffect(() => {
    if (current?.status === "streaming") streaming.current = current.key;
    else if (current !== undefined && streaming.current === current.key) {
      streaming.current = null;
      setAnnounced({ key: current.key, text: announcementOf(current, t) });
    }
  }, [current, t]);
  // Without the comparison the answer before this one would be read again.
  const announcement = announced.key === current?.key ? announced.text : "";
  const isThinking = isAwaitingReply || (current?.status === "streaming" && current.content === "");
  return (
    <VisuallyHidden aria-live="polite" aria-atomic role="log" aria-label={t("Latest answer")}>
      {isThinking ? t("The assistant is thinking.") : announcement}
    </VisuallyHidden>
  );
}

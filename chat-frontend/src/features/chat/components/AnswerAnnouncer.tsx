/** Tells screen readers of an answer once it is there, instead of word by word. */
import { VisuallyHidden } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { LiveMessage } from "@/realtime/conversation-state";
import { outcomeSentence } from "../model/outcomes";

// A longer text is better read in the message itself, at the listener's pace.
const LONGEST_ANNOUNCEMENT = 500;

function announcementOf(message: LiveMessage): string {
  const text = message.content.slice(0, LONGEST_ANNOUNCEMENT);
  const rest = message.content.length > LONGEST_ANNOUNCEMENT ? "… The whole answer is in the conversation." : "";
  return [`Assistant: ${text}${rest}`, outcomeSentence(message)].filter(Boolean).join(" ");
}

export function AnswerAnnouncer({ messages, isAwaitingReply }: { messages: LiveMessage[]; isAwaitingReply: boolean }) {
  const streaming = useRef<string | null>(null);
  const [announced, setAnnounced] = useState({ key: "", text: "" });
  const current = messages.findLast(({ role }) => role === "assistant");
  useEffect(() => {
    if (current?.status === "streaming") streaming.current = current.key;
    else if (current !== undefined && streaming.current === current.key) {
      streaming.current = null;
      setAnnounced({ key: current.key, text: announcementOf(current) });
    }
  }, [current]);
  // Without the comparison the answer before this one would be read again.
  const announcement = announced.key === current?.key ? announced.text : "";
  const isThinking = isAwaitingReply || (current?.status === "streaming" && current.content === "");
  return (
    <VisuallyHidden aria-live="polite" aria-atomic role="log" aria-label="Latest answer">
      {isThinking ? "The assistant is thinking." : announcement}
    </VisuallyHidden>
  );
}

/** Owns a chat that is never stored: its messages, which the memory of the open page holds and nothing else. */
import { beginAnswer, type LiveMessage } from "@/realtime/conversation-state";
import type { ErrorNote } from "@/realtime/frames";
import type { Piece, ReadContext, SentMessage } from "../api/completion";

/** What the model is sent of a chat. */
export const SENT_MESSAGES = 20;

export type TemporaryEvent =
  | { type: "ask"; questionKey: string; content: string; answerKey: string }
  | { type: "ask-again"; failedKey: string; answerKey: string }
  | ({ type: "piece"; answerKey: string } & Omit<Piece, "context">)
  /** What the model read of the messages with these keys. */
  | { type: "read"; answerKey: string; sentKeys: string[]; context: ReadContext }
  | { type: "end"; answerKey: string }
  | { type: "stop"; answerKey: string }
  | { type: "fail"; answerKey: string; error: ErrorNote };

/** Oldest first. The last answer alone has an id, so that no other can be asked for again. */
export function reduceTemporary(messages: LiveMessage[], event: TemporaryEvent): LiveMessage[] {
  switch (event.type) {
    case "ask":
      return [...messages.map((message) => ({ ...message, id: null })), question(event.questionKey, event.content), beginAnswer(event.answerKey)];
    case "ask-again":
      return messages.map((message) => (message.key === event.failedKey ? beginAnswer(event.answerKey) : message));
    case "piece":
      return change(messages, event.answerKey, (message) => ({
        content: message.content + event.content,
        model: event.model ?? message.model,
        finishReason: event.finishReason ?? message.finishReason,
      }));
    case "read":
      return change(messages, event.answerKey, () => ({ context: contextOf(event.context, event.sentKeys) }));
    case "end":
      return change(messages, event.answerKey, () => ({ status: "complete" }));
    case "stop":
      return change(messages, event.answerKey, () => ({ status: "stopped" }));
    case "fail":
      return change(messages, event.answerKey, () => ({ status: "failed", error: event.error }));
  }
}

function question(key: string, content: string): LiveMessage {
  return { ...beginAnswer(key), id: null, role: "user", content, status: "complete" };
}

/** What comes for an answer that has ended, or was asked for again, comes too late. */
function change(messages: LiveMessage[], key: string, part: (message: LiveMessage) => Partial<LiveMessage>): LiveMessage[] {
  return messages.map((message) => (message.key === key && message.status === "streaming" ? { ...message, ...part(message) } : message));
}

/** As of an answer that is stored; the first message is named by its key. */
function contextOf({ left_out, ...context }: ReadContext, sentKeys: string[]): LiveMessage["context"] {
  return { ...context, first_message_id: sentKeys[left_out] ?? null };
}

/** Which messages the model is sent: the newest that have a text, oldest first, up to the one that it is to answer. */
export function messagesToSend(messages: LiveMessage[]): LiveMessage[] {
  return messages.filter(({ content }) => content !== "").slice(-SENT_MESSAGES);
}

/** What it is sent of them. */
export function sentMessage({ role, content }: LiveMessage): SentMessage {
  return { role: role === "user" ? "user" : "assistant", content };
}

/** Makes messages as chat-service answers with them. */
import type { Message } from "@/api/shapes";

export const TIME = "2026-01-01T00:00:00+00:00";

/** A finished one of the conversation `c1`: a question where the id begins with `q` or `u`, else an answer. */
export function messageOf(id: string, more: Partial<Message> = {}): Message {
  const isQuestion = /^[qu]/.test(id);
  return {
    id,
    conversation_id: "c1",
    role: isQuestion ? "user" : "assistant",
    content: `text of ${id}`,
    status: "complete",
    model: "m",
    usage: null,
    cost: null,
    finish_reason: isQuestion ? null : "stop",
    timestamp: TIME,
    client_id: null,
    in_reply_to: null,
    parent_id: null,
    sibling_ids: [id],
    seq: 1,
    error: null,
    context: null, reasoning: null,
    feedback: null,
    ...more,
  };
}

/** The same as what follows another message; the first of a conversation follows none. */
export function messageAfter(parentId: string | null, id: string, more: Partial<Message> = {}): Message {
  return messageOf(id, { in_reply_to: parentId, parent_id: parentId, ...more });
}

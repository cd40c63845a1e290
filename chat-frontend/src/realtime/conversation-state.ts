/** Owns what the page knows of one conversation, and what can happen to it. */
import type { Message } from "@/api/shapes";
import type { ClientFrame, ErrorNote, ServerFrame } from "./frames";

/** A message as shown: stored ones keep their status; own ones are `sending` until acknowledged, or `refused`. */
export interface LiveMessage {
  /** Stays the same from the moment of sending on, so that nothing is drawn anew when the service names the message. */
  key: string;
  id: string | null;
  clientId: string | null;
  role: Message["role"];
  content: string;
  status: Message["status"] | "sending" | "refused";
  /** How many deltas `content` holds. */
  seq: number;
  model: string | null;
  usage: Message["usage"];
  cost: Message["cost"];
  timestamp: string;
  inReplyTo: string | null;
  /** What it follows; undefined of what only its id is known. */
  parentId: string | null | undefined;
  /** All that follow the same message, in the order of writing; more than one where there are branches. */
  siblingIds: string[];
  finishReason: string | null;
  error: ErrorNote | null;
  /** What the model saw for an answer. */
  context: Message["context"];
  /** What it thought before. */
  reasoning: Message["reasoning"];
  /** What the person thinks of an answer. */
  feedback: Message["feedback"];
}

/** What was asked about a message, until the service has begun it or refused it. */
export interface PendingBranch {
  kind: "edit" | "regenerate" | "continue";
  clientId: string;
  messageId: string;
  /** The new text of an edited message. */
  content: string;
  at: string;
}

export interface ConversationState {
  /** Oldest first. */
  messages: LiveMessage[];
  /** The own message whose answer has not begun. */
  awaitingReplyTo: string | null;
  pendingBranch: PendingBranch | null;
  title: string | null;
  /** An error that belongs to no message. */
  notice: ErrorNote | null;
  /** Between the service's `ready` and the end of the connection. */
  isReady: boolean;
  /** Answers this connection delivers, with the seq they were last asked from (-1: they began on this connection). */
  following: Readonly<Record<string, number>>;
}

export type ConversationEvent =
  | { type: "history"; messages: Message[] }
  | { type: "other-branch"; messages: Message[] }
  | ({ type: "branch" } & PendingBranch)
  | { type: "connecting" }
  | { type: "frame"; frame: ServerFrame }
  | { type: "send"; clientId: string; content: string; model: string | null; at: string }
  | { type: "resend"; clientId: string }
  | { type: "discard"; clientId: string }
  | { type: "dismiss-notice" };

/** The next state, and the frames to send because of it. */
export interface Step {
  state: ConversationState;
  send: ClientFrame[];
}

export const emptyConversation: ConversationState = {
  messages: [],
  awaitingReplyTo: null,
  pendingBranch: null,
  title: null,
  notice: null,
  isReady: false,
  following: {},
};

export function fromHistory(message: Message): LiveMessage {
  return {
    key: message.client_id ?? message.id,
    id: message.id,
    clientId: message.client_id,
    role: message.role,
    content: message.content,
    status: message.status,
    seq: message.seq,
    model: message.model,
    usage: message.usage,
    cost: message.cost,
    timestamp: message.timestamp,
    inReplyTo: message.in_reply_to,
    parentId: message.parent_id,
    siblingIds: message.sibling_ids,
    finishReason: message.finish_reason,
    error: message.error,
    context: message.context,
    reasoning: message.reasoning,
    feedback: message.feedback,
  };
}

/** An answer of which only the id is known yet. */
export function beginAnswer(id: string): LiveMessage {
  return {
    key: id,
    id,
    clientId: null,
    role: "assistant",
    content: "",
    status: "streaming",
    seq: 0,
    model: null,
    usage: null,
    cost: null,
    timestamp: "",
    inReplyTo: null,
    parentId: undefined,
    siblingIds: [id],
    finishReason: null,
    error: null,
    context: null,
    reasoning: null,
    feedback: null,
  };
}

export function messageFrameOf(message: LiveMessage): ClientFrame[] {
  if (message.clientId === null) return [];
  const frame: ClientFrame = { type: "message", content: message.content, client_id: message.clientId };
  return [message.model === null ? frame : { ...frame, model: message.model }];
}

export function branchFrameOf({ kind, clientId, messageId, content }: PendingBranch): ClientFrame {
  const named = { message_id: messageId, client_id: clientId };
  return kind === "edit" ? { type: "edit", content, ...named } : { type: kind, ...named };
}

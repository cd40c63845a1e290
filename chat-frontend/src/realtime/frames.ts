/** Owns the frames of the streaming WebSocket (docs/websocket-protocol.md), as types and as a check of what arrives. */
import type { Message } from "@/api/shapes";

export interface ErrorNote {
  code: string;
  message: string;
  retryable: boolean;
}

export type ClientFrame =
  | { type: "message"; content: string; client_id: string; model?: string }
  | { type: "edit"; message_id: string; content: string; client_id: string }
  | { type: "regenerate"; message_id: string; client_id: string }
  | { type: "continue"; message_id: string; client_id: string }
  | { type: "stop"; message_id: string }
  | { type: "resume"; message_id: string; after: number; reasoning_after?: number }
  | { type: "ping" };

export interface MessageFrame {
  type: "message";
  role: Message["role"];
  message_id: string;
  content: string;
  timestamp: string;
  seq?: number;
  status?: Message["status"];
  client_id?: string | null;
  in_reply_to?: string | null;
  parent_id?: string | null;
  sibling_ids?: string[];
  model?: string | null;
  usage?: Message["usage"];
  cost?: Message["cost"];
  finish_reason?: string | null;
  error?: ErrorNote | null;
  context?: Message["context"];
  reasoning?: Message["reasoning"];
}

export interface StartFrame {
  type: "start";
  message_id: string;
  in_reply_to?: string | null;
  model?: string | null;
  client_id?: string | null;
  sibling_ids?: string[];
  seq?: number;
  content?: string;
  context?: Message["context"];
}

/** A piece of what the model thinks before it answers: the characters from `begin` to `end` of it. */
export interface ReasoningFrame {
  type: "reasoning";
  message_id: string;
  begin: number;
  end: number;
  content: string;
}

export type ServerFrame =
  | { type: "ready"; conversation_id: string; active: { message_id: string; seq: number }[] }
  | { type: "ack"; client_id: string; message_id: string; timestamp: string }
  | StartFrame
  | { type: "delta"; message_id: string; seq: number; content: string }
  | ReasoningFrame
  | MessageFrame
  | { type: "title"; title: string }
  | { type: "branch"; leaf_id: string }
  | { type: "feedback"; message_id: string; feedback: Message["feedback"] }
  | ({ type: "error"; message_id?: string | null; client_id?: string | null } & ErrorNote)
  | { type: "pong" };

type Kind = "string" | "number" | "object";

/** The fields without which a frame cannot be used; everything else may be absent. */
const required: Record<ServerFrame["type"], Record<string, Kind>> = {
  ready: { conversation_id: "string", active: "object" },
  ack: { client_id: "string", message_id: "string", timestamp: "string" },
  start: { message_id: "string" },
  delta: { message_id: "string", seq: "number", content: "string" },
  reasoning: { message_id: "string", begin: "number", end: "number", content: "string" },
  message: { role: "string", message_id: "string", content: "string", timestamp: "string" },
  title: { title: "string" },
  branch: { leaf_id: "string" },
  feedback: { message_id: "string" },
  error: { code: "string", message: "string" },
  pong: {},
};

function isServerFrame(value: unknown): value is ServerFrame {
  if (typeof value !== "object" || value === null) return false;
  const frame = value as Record<string, unknown>;
  if (typeof frame.type !== "string" || !Object.hasOwn(required, frame.type)) return false;
  const fields = required[frame.type as ServerFrame["type"]];
  return Object.entries(fields).every(([name, kind]) => typeof frame[name] === kind && frame[name] !== null);
}

/** Read one frame. Null for what this page does not know: a newer service may say more. */
export function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return isServerFrame(value) ? value : null;
  } catch {
    return null;
  }
}

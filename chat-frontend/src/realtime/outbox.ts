/** Owns the messages that no service has acknowledged yet, so that closing the page does not lose them. */
import { readStoredJson, removeStored, writeStored } from "@/api/storage";
import type { LiveMessage } from "./conversation-state";

export interface Unacknowledged {
  clientId: string;
  content: string;
  model: string | null;
  at: string;
}

/** Kept per person, so that the next one at this browser sends nothing in another's name. */
function keyOf(username: string, conversationId: string): string {
  return `convoai.outbox.${username}.${conversationId}`;
}

export function readOutbox(username: string, conversationId: string): Unacknowledged[] {
  return readStoredJson(keyOf(username, conversationId), parseOutbox) ?? [];
}

export function writeOutbox(username: string, conversationId: string, entries: Unacknowledged[]): void {
  const key = keyOf(username, conversationId);
  if (entries.length === 0) removeStored(key);
  else writeStored(key, JSON.stringify(entries));
}

export function unacknowledgedOf(messages: LiveMessage[]): Unacknowledged[] {
  return messages.flatMap(({ clientId, content, model, timestamp, status }) =>
    clientId !== null && (status === "sending" || status === "refused")
      ? [{ clientId, content, model, at: timestamp }]
      : [],
  );
}

function parseOutbox(value: unknown): Unacknowledged[] | null {
  return Array.isArray(value) ? value.filter(isUnacknowledged) : null;
}

function isUnacknowledged(value: unknown): value is Unacknowledged {
  if (typeof value !== "object" || value === null) return false;
  const { clientId, content, model, at } = value as Record<string, unknown>;
  const isModel = model === null || typeof model === "string";
  return typeof clientId === "string" && typeof content === "string" && typeof at === "string" && isModel;
}

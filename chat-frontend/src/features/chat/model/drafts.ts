/** Owns unsent text: one draft per person and conversation, kept until it is sent. */
import { readStored, removeStored, writeStored } from "@/api/storage";

/** The place of a conversation that does not exist yet. */
export const NEW_CONVERSATION = "new";

function keyOf(username: string, conversationId: string): string {
  return `convoai.draft.${username}.${conversationId}`;
}

export function readDraft(username: string, conversationId: string): string {
  return readStored(keyOf(username, conversationId)) ?? "";
}

export function writeDraft(username: string, conversationId: string, text: string): void {
  if (text === "") removeStored(keyOf(username, conversationId));
  else writeStored(keyOf(username, conversationId), text);
}

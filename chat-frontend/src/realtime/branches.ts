/** Where a message stands in the branch that is shown: pure, on lists of messages from the oldest on. */
import type { LiveMessage } from "./conversation-state";

/** The messages up to the parent of a new one: what followed it is in another branch. Unsent ones stay. */
export function upTo(messages: LiveMessage[], parentId: string | null | undefined): LiveMessage[] {
  if (parentId === undefined) return messages;
  const end = parentId === null ? 0 : messages.findIndex(({ id }) => id === parentId) + 1;
  if (parentId !== null && end === 0) return messages;
  return [...messages.slice(0, end), ...messages.slice(end).filter(({ id }) => id === null)];
}

/** The messages before this one: it and what follows give way to another branch. Unsent ones stay. */
export function before(messages: LiveMessage[], messageId: string): LiveMessage[] {
  const index = messages.findIndex(({ id }) => id === messageId);
  return index === -1 ? messages : [...messages.slice(0, index), ...messages.slice(index).filter(({ id }) => id === null)];
}

/**
 * Of the live messages that a page of history does not have, those that belong to the same branch: its ancestors, what
 * follows its end, and what nothing is known of yet.
 */
export function sameBranch(page: LiveMessage[], rest: LiveMessage[]): { older: LiveMessage[]; newer: LiveMessage[] } {
  const [first] = page;
  if (first === undefined) return { older: [], newer: rest };
  const byId = new Map(rest.map((message) => [message.id, message]));
  const ancestors = new Set<LiveMessage>();
  let ancestor = byId.get(first.parentId ?? null);
  while (ancestor !== undefined && ancestor.id !== null) {
    ancestors.add(ancestor);
    ancestor = byId.get(ancestor.parentId ?? null);
  }
  const older = [...ancestors].toReversed();
  let end = page.at(-1)?.id;
  const newer = rest.filter((message) => {
    if (ancestors.has(message)) return false;
    const follows = message.id === null || message.parentId === undefined || message.parentId === end;
    if (follows && message.id !== null) end = message.id;
    return follows;
  });
  return { older, newer };
}

/** Puts what the service has stored and what the page has seen live together, each message once. */
import type { Message } from "@/api/shapes";
import { sameBranch } from "./branches";
import { fromHistory, type LiveMessage } from "./conversation-state";

/** Merge the stored messages in, keeping whichever side knows more of each. */
export function mergeHistory(live: LiveMessage[], stored: Message[]): LiveMessage[] {
  const taken = new Set<LiveMessage>();
  const byName = new Map(live.flatMap((message) => [message.clientId, message.id].map((name) => [name, message] as const)));
  const merged = stored.map((message) => {
    const known = byName.get(message.id) ?? (message.client_id === null ? undefined : byName.get(message.client_id));
    if (known === undefined) return fromHistory(message);
    taken.add(known);
    return knowsMore(known, message) ? { ...known, parentId: message.parent_id, siblingIds: message.sibling_ids, context: message.context ?? known.context } : { ...fromHistory(message), key: known.key, error: message.error ?? known.error };
  });
  const { older, newer } = sameBranch(merged, live.filter((message) => !taken.has(message)));
  return [...older, ...merged, ...newer];
}

function knowsMore(live: LiveMessage, stored: Message): boolean {
  if (live.role === "user" || stored.status !== "streaming") return false;
  return live.status !== "streaming" || live.seq >= stored.seq;
}

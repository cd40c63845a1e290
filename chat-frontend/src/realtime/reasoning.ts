/** What a model thinks before it answers, piece by piece: each character once, in order. */
import type { LiveMessage } from "./conversation-state";
import type { ReasoningFrame } from "./frames";

/** The message with this piece, the same one when it has it already, or null when something is missing in between. */
export function withReasoning(message: LiveMessage, { begin, end, content }: ReasoningFrame): LiveMessage | null {
  const known = message.reasoning ?? { content: "", end: 0, seconds: null };
  if (message.status !== "streaming" || end <= known.end) return message;
  if (begin > known.end) return null;
  // The service counts characters, not the halves of which this language makes some.
  const added = begin === known.end ? content : Array.from(content).slice(known.end - begin).join("");
  return { ...message, reasoning: { ...known, content: known.content + added, end } };
}

/** Owns the words for the state of the connection. */
import { MAX_ATTEMPTS, type Connection } from "@/realtime/conversation-socket";

const refusals: Record<number, string> = {
  4401: "Your session has ended. Sign in again to go on.",
  4404: "This conversation does not exist any more, or it is not yours.",
  4409: "This conversation was opened elsewhere.",
  4413: "The last message was too large to send.",
  4429: "Too many connections are open. Close other tabs, then reconnect.",
};

export function connectionLabel({ phase }: Connection): string {
  switch (phase) {
    case "open":
      return "Connected";
    case "connecting":
      return "Connecting…";
    case "closed":
      return "Reconnecting…";
    case "failed":
      return "Not connected";
  }
}

/** What a person should know while there is no connection, or null when all is well. */
export function connectionSentence(connection: Connection): string | null {
  if (connection.phase === "closed" || (connection.phase === "connecting" && connection.attempt > 0)) {
    return `The connection was lost. Reconnecting, attempt ${connection.attempt} of ${MAX_ATTEMPTS}…`;
  }
  if (connection.phase !== "failed") return null;
  const refusal = connection.code === null ? undefined : refusals[connection.code];
  return refusal ?? "The chat service cannot be reached. Your messages are kept and sent once you are connected again.";
}

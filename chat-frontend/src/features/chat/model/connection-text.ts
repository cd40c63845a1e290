/** Owns the words for the state of the connection. */
import { t } from "i18next";
import { phrase } from "@/i18n/phrase";
import { MAX_ATTEMPTS, type Connection } from "@/realtime/live-socket";

const refusals: Record<number, string> = {
  4401: phrase("Your session has ended. Sign in again to go on."),
  4404: phrase("This conversation does not exist any more, or it is not yours."),
  4409: phrase("This conversation was opened elsewhere."),
  4413: phrase("The last message was too large to send."),
  4429: phrase("Too many connections are open. Close other tabs, then reconnect."),
};

/** One word or two, which are translated where they are shown. */
export function connectionLabel({ phase }: Connection): string {
  switch (phase) {
    case "open":
      return phrase("Connected");
    case "connecting":
      return phrase("Connecting…");
    case "closed":
      return phrase("Reconnecting…");
    case "failed":
      return phrase("Not connected");
  }
}

/** What a person should know while there is no connection, or null when all is well. */
export function connectionSentence(connection: Connection): string | null {
  if (connection.phase === "closed" || (connection.phase === "connecting" && connection.attempt > 0)) {
    const { attempt } = connection;
    return t("The connection was lost. Reconnecting, attempt {{attempt}} of {{most}}…", { attempt, most: MAX_ATTEMPTS });
  }
  if (connection.phase !== "failed") return null;
  const refusal = connection.code === null ? undefined : refusals[connection.code];
  return t(refusal ?? phrase("The chat service cannot be reached. Your messages are kept and sent once you are connected again."));
}

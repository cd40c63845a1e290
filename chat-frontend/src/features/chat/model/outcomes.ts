/** Owns the sentences for answers that did not come to a good end. */
import { t } from "i18next";
import type { LiveMessage } from "@/realtime/conversation-state";

/** The sentence to show under an answer, or null when it needs none. */
export function outcomeSentence({ status, error, content }: LiveMessage): string | null {
  switch (status) {
    case "stopped":
      return content === "" ? t("You stopped this answer before it began.") : t("You stopped this answer here.");
    case "interrupted":
      return t("The chat service was interrupted while it wrote this answer. What had come is kept; you can ask again.");
    case "failed":
      return error?.message ?? t("The model could not answer. Your message is kept; you can ask again.");
    default:
      return null;
  }
}

export function canAskAgain({ status }: LiveMessage): boolean {
  return status === "failed" || status === "interrupted";
}

/** The question an answer belongs to: the one it names, else the nearest before it. */
export function questionOf(messages: LiveMessage[], answer: LiveMessage): LiveMessage | undefined {
  const before = messages.slice(0, messages.indexOf(answer)).filter(({ role }) => role === "user");
  return before.find(({ id }) => id !== null && id === answer.inReplyTo) ?? before.at(-1);
}

/** Owns the sentences for answers that did not come to a good end. */
import { t } from "i18next";
import type { LiveMessage } from "@/realtime/conversation-state";

/** The sentence to show under an answer, or null when it needs none. */
export function outcomeSentence({ status, error, content, finishReason }: LiveMessage): string | null {
  switch (status) {
    case "stopped":
      return content === "" ? t("You stopped this answer before it began.") : t("You stopped this answer here.");
    case "interrupted":
      return t("The chat service was interrupted while it wrote this answer. What had come is kept: continue it, or ask again.");
    case "failed":
      return error?.message ?? t("The model could not answer. Your message is kept; you can ask again.");
    default:
      return finishReason === "length" ? t("The answer has reached the longest length that is set here.") : null;
  }
}

export function canAskAgain({ status }: LiveMessage): boolean {
  return status === "failed" || status === "interrupted";
}

/** Whether an answer was cut off, so that the rest can be asked for. */
export function canGoOn({ status, content, finishReason }: LiveMessage): boolean {
  return content !== "" && (status === "stopped" || status === "interrupted" || status === "failed" || finishReason === "length");
}

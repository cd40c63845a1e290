/** Owns how long a message may be. The service has the last word; this spares the way there. */
import { t } from "i18next";

export const LONGEST_MESSAGE = 32_000;
// The service refuses frames over 64 KiB; what surrounds the text in a frame needs less than one.
const LARGEST_FRAME_BYTES = 64 * 1024;
const ENVELOPE_BYTES = 1024;
const COUNT_FROM = 0.9;

/** Why the text cannot be sent, or null when it can. */
export function refusalOf(text: string): string | null {
  const length = lengthOf(text);
  if (length > LONGEST_MESSAGE) {
    return t("The message has {{length, number}} characters; at most {{most, number}} can be sent. Shorten it.", { length, most: LONGEST_MESSAGE });
  }
  const bytes = new TextEncoder().encode(JSON.stringify(text)).length;
  return bytes > LARGEST_FRAME_BYTES - ENVELOPE_BYTES ? t("The message is too large to send at once. Split it in two.") : null;
}

/** A remark shortly before the limit, else null. */
export function remarkOn(text: string): string | null {
  const length = lengthOf(text);
  if (length < LONGEST_MESSAGE * COUNT_FROM) return null;
  return t("{{length, number}} of {{most, number}} characters", { length, most: LONGEST_MESSAGE });
}

/** Characters as the service counts them: an emoji outside the basic plane is one. */
function lengthOf(text: string): number {
  return text.length < LONGEST_MESSAGE / 2 ? text.length : Array.from(text).length;
}

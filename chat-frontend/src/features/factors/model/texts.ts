/** Owns how factors read: keys and files. */
import { t } from "i18next";

// The service takes names of up to 64 characters.
export const LONGEST_PASSKEY_NAME = 64;

/** In groups of four, which are easier to type. */
export function inGroups(secret: string): string {
  return secret.match(/.{1,4}/g)?.join(" ") ?? secret;
}

/** A text file with the codes, as an address to download. */
export function codesFile(codes: string[]): string {
  const text = [t("ConvoAI recovery codes. Each is good once."), "", ...codes, ""].join("\n");
  return `data:text/plain;charset=utf-8,${encodeURIComponent(text)}`;
}

/** Owns what a person may be about to do with their factors. */
import type { Passkey } from "@/api/shapes";
import { phrase } from "@/i18n/phrase";

export type Intent =
  | { kind: "set-up-app" }
  | { kind: "add-passkey" }
  | { kind: "renew-codes" }
  | { kind: "remove-app" }
  | { kind: "remove-passkey"; passkey: Passkey }
  | { kind: "rename-passkey"; passkey: Passkey };

const titles: Record<Intent["kind"], string> = {
  "set-up-app": phrase("Set up an authenticator app"),
  "add-passkey": phrase("Add a passkey"),
  "renew-codes": phrase("New recovery codes"),
  "remove-app": phrase("Remove the authenticator app"),
  "remove-passkey": phrase("Remove the passkey"),
  "rename-passkey": phrase("Rename the passkey"),
};

/** As `phrase` marks it: whoever shows it translates it. */
export function titleOf(intent: Intent): string {
  return titles[intent.kind];
}

/** A name protects nothing; everything else does. */
export function needsProof(intent: Intent): boolean {
  return intent.kind !== "rename-passkey";
}

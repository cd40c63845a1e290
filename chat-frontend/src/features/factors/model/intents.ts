/** Owns what a person may be about to do with their factors. */
import type { Passkey } from "@/api/shapes";

export type Intent =
  | { kind: "set-up-app" }
  | { kind: "add-passkey" }
  | { kind: "renew-codes" }
  | { kind: "remove-app" }
  | { kind: "remove-passkey"; passkey: Passkey }
  | { kind: "rename-passkey"; passkey: Passkey };

const titles: Record<Intent["kind"], string> = {
  "set-up-app": "Set up an authenticator app",
  "add-passkey": "Add a passkey",
  "renew-codes": "New recovery codes",
  "remove-app": "Remove the authenticator app",
  "remove-passkey": "Remove the passkey",
  "rename-passkey": "Rename the passkey",
};

export function titleOf(intent: Intent): string {
  return titles[intent.kind];
}

/** A name protects nothing; everything else does. */
export function needsProof(intent: Intent): boolean {
  return intent.kind !== "rename-passkey";
}

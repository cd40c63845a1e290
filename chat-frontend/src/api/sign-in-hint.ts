/** Owns what is stored about signing in. None of it is secret: whether to ask for a session at all, and what is left to do. */
import { readStored, removeStored, writeStored } from "./storage";

const signedInKey = "convoai.signed-in";
const owedKey = "convoai.sign-out-owed";
// The first version of the page kept the token itself.
const formerTokenKey = "convoai.session";

/** When this browser last got tokens, as text to compare; null when nobody is signed in here. */
export function readSignInStamp(): string | null {
  return readStored(signedInKey);
}

/** Returns: the new stamp. */
export function noteSignIn(): string {
  // Two renewals within one millisecond must still differ.
  const stamp = `${Date.now()}.${Math.random()}`;
  writeStored(signedInKey, stamp);
  removeStored(owedKey);
  return stamp;
}

export function forgetSignIn(): void {
  removeStored(signedInKey);
}

/** The service has not heard of a sign-out yet. */
export function isSignOutOwed(): boolean {
  return readStored(owedKey) !== null;
}

export function noteSignOutOwed(): void {
  writeStored(owedKey, "yes");
}

export function forgetSignOutOwed(): void {
  removeStored(owedKey);
}

export function removeFormerToken(): void {
  removeStored(formerTokenKey);
}

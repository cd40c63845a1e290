/** Lets components follow who is signed in. */
import { useSyncExternalStore } from "react";
import { getSession, type Session, subscribeToSession } from "./session";

export function useSession(): Session | null {
  return useSyncExternalStore(subscribeToSession, getSession);
}

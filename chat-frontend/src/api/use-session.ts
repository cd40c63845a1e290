/** Lets components follow who is signed in. */
import { useSyncExternalStore } from "react";
import { getSession, getSessionState, type Session, type SessionState, subscribeToSession } from "./session";

export function useSession(): Session | null {
  return useSyncExternalStore(subscribeToSession, getSession);
}

export function useSessionState(): SessionState {
  return useSyncExternalStore(subscribeToSession, getSessionState);
}

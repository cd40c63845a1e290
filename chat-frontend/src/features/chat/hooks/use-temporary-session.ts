/** Ties a chat that is never stored to a component's life: it ends with it. */
import { useEffect, useState, useSyncExternalStore } from "react";
import type { LiveMessage } from "@/realtime/conversation-state";
import { TemporarySession } from "../model/temporary-session";

export function useTemporarySession(): { session: TemporarySession; messages: LiveMessage[] } {
  const [session] = useState(() => new TemporarySession());
  useEffect(() => () => session.stop(), [session]);
  return { session, messages: useSyncExternalStore(session.subscribe, session.getMessages) };
}

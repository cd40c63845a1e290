/** Ties a conversation's session to a component's life. */
import { useEffect, useState, useSyncExternalStore } from "react";
import { expireSession, type Session } from "@/api/session";
import { addresses } from "@/config/env";
import { ConversationSession, type ConversationView, initialView } from "@/realtime/conversation-session";
import { loadHistoryPage } from "../api/history";

const subscribeToNothing = () => () => undefined;
const getInitialView = () => initialView;

export interface LiveConversation {
  session: ConversationSession | null;
  view: ConversationView;
}

export function useConversationSession(conversationId: string, { username, accessToken }: Session): LiveConversation {
  const [session, setSession] = useState<ConversationSession | null>(null);
  useEffect(() => {
    const opened = new ConversationSession({
      conversationId,
      username,
      accessToken,
      socketAddress: addresses.socket,
      loadPage: (cursor) => loadHistoryPage(conversationId, cursor),
      onCredentialsRefused: () => expireSession(accessToken),
    });
    opened.open();
    setSession(opened);
    return () => opened.close();
  }, [conversationId, username, accessToken]);
  const view = useSyncExternalStore(session?.subscribe ?? subscribeToNothing, session?.getView ?? getInitialView);
  return { session, view };
}

/** Ties a conversation's session to a component's life. */
import { useEffect, useState, useSyncExternalStore } from "react";
import { expireSession, type Session } from "@/api/session";
import { addresses } from "@/config/env";
import { ConversationSession, type ConversationView } from "@/realtime/conversation-session";
import { loadHistoryPage } from "../api/history";

export interface LiveConversation {
  session: ConversationSession;
  view: ConversationView;
}

/** One session for the component's whole life: give the component the conversation's id as its key. */
export function useConversationSession(conversationId: string, { username, accessToken }: Session): LiveConversation {
  const [session] = useState(
    () =>
      new ConversationSession({
        conversationId,
        username,
        accessToken,
        socketAddress: addresses.socket,
        loadPage: (cursor) => loadHistoryPage(conversationId, cursor),
        onCredentialsRefused: () => expireSession(accessToken),
      }),
  );
  useEffect(() => {
    session.open();
    return () => session.close();
  }, [session]);
  const view = useSyncExternalStore(session.subscribe, session.getView);
  return { session, view };
}

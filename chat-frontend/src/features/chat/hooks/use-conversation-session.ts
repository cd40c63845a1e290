/** Ties a conversation's session to a component's life. */
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { accessTokenOf, expireSession, type Session } from "@/api/session";
import { renewSession } from "@/api/session-renewal";
import { addresses } from "@/config/env";
import { ConversationSession, type ConversationView } from "@/realtime/conversation-session";
import { loadHistoryPage } from "../api/history";

export interface LiveConversation {
  session: ConversationSession;
  view: ConversationView;
}

/** One session for the component's whole life: give the component the conversation's id as its key. */
export function useConversationSession(conversationId: string, person: Session): LiveConversation {
  const [session] = useState(() => createSession(conversationId, person));
  useEffect(() => {
    session.open();
    return () => session.close();
  }, [session]);
  useRecoveryOnRenewal(session, person.accessToken);
  const view = useSyncExternalStore(session.subscribe, session.getView);
  return { session, view };
}

function createSession(conversationId: string, { userId, username }: Session): ConversationSession {
  return new ConversationSession({
    conversationId,
    username,
    socketAddress: addresses.socket,
    loadPage: (cursor) => loadHistoryPage(conversationId, cursor),
    credentials: { accessToken: () => accessTokenOf(userId), renewCredentials: renewSession, onCredentialsRefused: expireSession },
  });
}

/** A connection that was given up while the token could not be renewed comes back with the next one. */
function useRecoveryOnRenewal(session: ConversationSession, accessToken: string): void {
  const known = useRef(accessToken);
  useEffect(() => {
    if (known.current === accessToken) return;
    known.current = accessToken;
    session.recover();
  }, [session, accessToken]);
}

/** What can be done about a message. The same functions for the component's whole life, so that no message is drawn anew. */
import { useEffect, useMemo, useRef } from "react";
import { sentenceOf } from "@/api/problem";
import type { ConversationSession } from "@/realtime/conversation-session";
import type { Feedback } from "@/api/shapes";
import { showBranch } from "../api/branch";
import { giveFeedback } from "../api/feedback";

export interface MessageActions {
  /** In place of an answer that failed. */
  askAgain: (messageId: string) => void;
  /** Null where the service stores no messages. */
  stored: StoredMessageActions | null;
}

export interface StoredMessageActions {
  another: (messageId: string) => void;
  goOn: (messageId: string) => void;
  edit: (messageId: string, content: string) => void;
  show: (messageId: string) => void;
  resend: (clientId: string) => void;
  takeBack: (clientId: string) => void;
  /** Whether it is kept; if not, why is told above the composer. */
  rate: (messageId: string, feedback: Feedback | null) => Promise<boolean>;
}

interface Surroundings {
  /** Puts a message that was not sent back into the draft. */
  takeBack: (clientId: string) => void;
  onFailure: (sentence: string | null) => void;
}

export function useMessageActions(live: ConversationSession, conversationId: string, surroundings: Surroundings): MessageActions {
  const current = useRef(surroundings);
  useEffect(() => {
    current.current = surroundings;
  });
  return useMemo(
    () => ({
      askAgain: (messageId) => live.branch("regenerate", messageId),
      stored: {
        another: (messageId) => live.branch("regenerate", messageId),
        goOn: (messageId) => live.branch("continue", messageId),
        edit: (messageId, content) => live.branch("edit", messageId, content),
        show: (messageId) => {
          current.current.onFailure(null);
          showBranch(conversationId, messageId).catch((error: unknown) => current.current.onFailure(sentenceOf(error)));
        },
        resend: (clientId) => live.resend(clientId),
        takeBack: (clientId) => current.current.takeBack(clientId),
        rate: async (messageId, feedback) => {
          current.current.onFailure(null);
          try {
            live.showFeedback(messageId, await giveFeedback(conversationId, messageId, feedback));
            return true;
          } catch (error) {
            current.current.onFailure(sentenceOf(error));
            return false;
          }
        },
      },
    }),
    [live, conversationId],
  );
}

/** Finds the message that an address names: in what is loaded, in what came before, in another branch. */
import { t } from "i18next";
import { useEffect, useRef, useState } from "react";
import { sentenceOf } from "@/api/problem";
import type { ConversationSession, ConversationView } from "@/realtime/conversation-session";
import { showBranch } from "../api/branch";

/** `visit` differs from visit to visit, so that the same message can be sought again. */
export interface Sought {
  messageId: string;
  visit: string;
}

interface Surroundings {
  live: ConversationSession;
  conversationId: string;
  view: ConversationView;
  onFailure: (sentence: string) => void;
}

export function useSoughtMessage(sought: Sought | null, { live, conversationId, view, onFailure }: Surroundings): void {
  const branchTriedFor = useRef<string | null>(null);
  const [endedFor, setEndedFor] = useState<string | null>(null);
  const { history, conversation } = view;
  const isFound = sought !== null && conversation.messages.some(({ id }) => id === sought.messageId);
  const isOpen = history.phase === "loaded" && sought !== null && !isFound && endedFor !== sought.visit;
  const olderCursor = history.phase === "loaded" ? history.olderCursor : null;
  useEffect(() => {
    if (!isOpen) return;
    const end = (sentence: string) => {
      setEndedFor(sought.visit);
      onFailure(sentence);
    };
    const seek = async () => {
      if (olderCursor !== null) return live.loadOlder();
      if (branchTriedFor.current === sought.visit) return end(t("This message is no longer in the conversation."));
      branchTriedFor.current = sought.visit;
      await showBranch(conversationId, sought.messageId);
      return live.showOtherBranch();
    };
    seek().catch((error: unknown) => end(sentenceOf(error)));
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- a step follows when the one before has changed what is there
  }, [isOpen, olderCursor, sought?.visit]);
}

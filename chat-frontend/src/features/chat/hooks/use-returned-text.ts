/** Gives back what could not be sent because the model cannot read it: into the field, where it can be shortened. */
import { useEffect, useRef } from "react";
import type { ConversationState } from "@/realtime/conversation-state";

const TOO_LONG = "message_too_long";

interface Ways {
  /** Puts the unsent message of this id into the field, in front of what is there. */
  takeBack: (clientId: string) => void;
  /** Puts this text there. */
  onText: (text: string) => void;
  onRefusal: (sentence: string) => void;
}

export function useReturnedText({ messages, pendingBranch, notice }: ConversationState, ways: Ways): void {
  const current = useRef(ways);
  const edited = useRef<string | null>(null);
  useEffect(() => {
    current.current = ways;
  });
  const refused = messages.find(({ status, error }) => status === "refused" && error?.code === TOO_LONG);
  useEffect(() => {
    if (refused?.clientId == null) return;
    current.current.onRefusal(refused.error?.message ?? "");
    current.current.takeBack(refused.clientId);
  }, [refused]);
  useEffect(() => {
    if (pendingBranch !== null) edited.current = pendingBranch.kind === "edit" ? pendingBranch.content : null;
    else if (edited.current !== null) {
      // The old message is shown again: the new text would be lost with the refusal, whatever its reason.
      if (notice !== null) current.current.onText(edited.current);
      edited.current = null;
    }
  }, [pendingBranch, notice]);
}

/** A draft that is stored with every change. */
import { useCallback, useState } from "react";
import { readDraft, writeDraft } from "../model/drafts";

export function useDraft(username: string, conversationId: string): [string, (text: string) => void] {
  const [draft, setDraft] = useState(() => readDraft(username, conversationId));
  const changeDraft = useCallback(
    (text: string) => {
      writeDraft(username, conversationId, text);
      setDraft(text);
    },
    [username, conversationId],
  );
  return [draft, changeDraft];
}

/** Gives the focus back when a dialog about a conversation closes: the menu item that opened it is gone by then. */
import { type RefObject, useEffect, useRef } from "react";

/** `fallback` takes the focus when the conversation's own menu is gone too, because it was deleted. */
export function useFocusBack(conversationId: string | null, fallback: RefObject<HTMLElement>): void {
  const openedFor = useRef<string | null>(null);
  useEffect(() => {
    if (conversationId === null && openedFor.current !== null) {
      const menu = document.querySelector<HTMLElement>(`[data-actions-of="${CSS.escape(openedFor.current)}"]`);
      (menu ?? fallback.current)?.focus();
    }
    openedFor.current = conversationId;
  }, [conversationId, fallback]);
}

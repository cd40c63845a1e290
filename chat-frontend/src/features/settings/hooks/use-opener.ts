/** Gives the focus back to what opened a dialog, once that is closed; to the fallback when it is gone. */
import { type RefObject, useEffect, useRef } from "react";

interface Opener {
  /** To be called when the dialog opens, with the button that was pressed. */
  remember: (button: HTMLElement) => void;
  /** To be called before the dialog closes when the button goes away with what the dialog was about. */
  forget: () => void;
}

export function useOpener(isOpen: boolean, fallback: RefObject<HTMLElement>): Opener {
  const opener = useRef<HTMLElement | null>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !isOpen) (opener.current?.isConnected ? opener.current : fallback.current)?.focus();
    wasOpen.current = isOpen;
  }, [isOpen, fallback]);
  const remember = (button: HTMLElement) => {
    opener.current = button;
  };
  const forget = () => {
    opener.current = null;
  };
  return { remember, forget };
}

/** Loads what came before: when asked to, and by itself when the reader scrolls up to it. */
import { useRef, useState } from "react";
import { sentenceOf } from "@/api/problem";

// About a screen and a half: the page before is there by the time the reader is.
const NEAR_TOP_PX = 1500;

export interface OlderMessagesState {
  /** There is or was something to load, so that its place on the page stays. */
  isOffered: boolean;
  hasOlder: boolean;
  isLoading: boolean;
  error: string | null;
  load: () => void;
  onScroll: (offset: number) => void;
}

/** `onLoad` loads one page. After a failure only the button tries again. */
export function useOlderMessages(hasOlder: boolean, onLoad: () => Promise<void>): OlderMessagesState {
  const [state, setState] = useState<{ isLoading: boolean; error: string | null }>({ isLoading: false, error: null });
  const [isOffered, setIsOffered] = useState(hasOlder);
  if (hasOlder && !isOffered) setIsOffered(true);
  const lastOffset = useRef(0);
  const load = () => {
    setState({ isLoading: true, error: null });
    onLoad().then(
      () => setState({ isLoading: false, error: null }),
      (error: unknown) => setState({ isLoading: false, error: sentenceOf(error) }),
    );
  };
  const onScroll = (offset: number) => {
    const isGoingUp = offset < lastOffset.current;
    lastOffset.current = offset;
    if (isGoingUp && offset < NEAR_TOP_PX && hasOlder && !state.isLoading && state.error === null) load();
  };
  return { isOffered, hasOlder, ...state, load, onScroll };
}

/** Measures how long a model thinks while this page watches; the service tells it when the answer has ended. */
import { useEffect, useRef, useState } from "react";

/** The seconds, once it is over; null before, and where this page has not seen the beginning. */
export function useThinkingSeconds(isThinking: boolean): number | null {
  const begunAt = useRef<number | null>(null);
  const [seconds, setSeconds] = useState<number | null>(null);
  useEffect(() => {
    if (isThinking) begunAt.current ??= performance.now();
    else if (begunAt.current !== null) {
      setSeconds((performance.now() - begunAt.current) / 1000);
      begunAt.current = null;
    }
  }, [isThinking]);
  return seconds;
}

/** Gives the focus back when what took it is gone, as a dialog does. */
import { type RefObject, useEffect } from "react";

/** Back to what had it before; to `otherwise` where that is gone, because the dialog removed it. */
export function useFocusBack(otherwise?: RefObject<HTMLElement>): void {
  useEffect(() => {
    const before = document.activeElement;
    const fallback = otherwise?.current;
    return () => (before instanceof HTMLElement && before.isConnected ? before : fallback)?.focus();
  }, [otherwise]);
}

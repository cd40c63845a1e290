/** Lets the browser ask whether to leave the page, for as long as that would lose something. */
import { useEffect } from "react";

export function useLeavingQuestion(isAsked: boolean): void {
  useEffect(() => {
    if (!isAsked) return undefined;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    // A listener keeps browsers from holding the page ready for a return, so there is none without need.
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isAsked]);
}

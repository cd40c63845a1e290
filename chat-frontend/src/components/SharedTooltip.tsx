/** One tooltip for all buttons in a place that name themselves with `data-hint`: a tooltip of its own for each makes long lists slow. */
import { Tooltip } from "@mantine/core";
import { type RefObject, useEffect, useState } from "react";
import { FLOATING_ID } from "@/config/floating";

const HOVER_DELAY_MS = 400; // as the tooltips of the theme

interface Hint {
  target: HTMLElement;
  text: string;
}

const hinted = ({ target }: Event) => (target instanceof Element ? target.closest<HTMLElement>("[data-hint]") : null);

/** What the button under the mouse, or with the focus of a keyboard, is called; Escape hides it. */
function useHint(place: RefObject<HTMLElement>): Hint | null {
  const [hint, setHint] = useState<Hint | null>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (target: HTMLElement) => setHint({ target, text: target.getAttribute("aria-label") ?? "" });
    const hide = () => {
      clearTimeout(timer);
      setHint(null);
    };
    const onOver = (event: Event) => {
      const target = hinted(event);
      clearTimeout(timer);
      if (target !== null) timer = setTimeout(() => show(target), HOVER_DELAY_MS);
    };
    const onFocus = (event: Event) => {
      const target = hinted(event);
      if (target?.matches(":focus-visible")) show(target);
    };
    const onKey = ({ key }: KeyboardEvent) => {
      if (key === "Escape") hide();
    };
    // What a button is called can change while it is pointed at: “Copy answer”, “Answer copied”.
    const names = new MutationObserver(() => setHint((shown) => shown && { ...shown, text: shown.target.getAttribute("aria-label") ?? "" }));
    names.observe(element, { subtree: true, attributes: true, attributeFilter: ["aria-label"] });
    const { signal } = ending;
    element.addEventListener("mouseover", onOver, { signal });
    element.addEventListener("mouseout", hide, { signal });
    element.addEventListener("focusin", onFocus, { signal });
    element.addEventListener("focusout", hide, { signal });
    window.addEventListener("keydown", onKey, { signal });
    return () => {
      clearTimeout(timer);
      names.disconnect();
      ending.abort();
    };
  }, [place]);
  return hint;
}

export function SharedTooltip({ within }: { within: RefObject<HTMLElement> }) {
  const hint = useHint(within);
  // A button that is gone by now has nothing to say.
  return hint?.target.isConnected ? <Tooltip key={hint.text} opened target={hint.target} label={hint.text} portalProps={{ target: `#${FLOATING_ID}` }} /> : null;
}

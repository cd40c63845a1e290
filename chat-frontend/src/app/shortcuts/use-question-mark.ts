/** Tells of a question mark that is typed nowhere. Which key it is on depends on the keyboard, so what counts is the character. */
import { useWindowEvent } from "@mantine/hooks";

export function useQuestionMark(onTyped: () => void): void {
  useWindowEvent("keydown", (event) => {
    if (event.key !== "?" || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
    const { target } = event;
    if (target instanceof Element && target.closest("input, textarea, select, [contenteditable], [role=dialog]")) return;
    event.preventDefault();
    onTyped();
  });
}

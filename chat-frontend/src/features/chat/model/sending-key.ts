/** Owns which key sends a text. On the keyboard of a screen there is no Shift+Enter: there Enter begins a line, and the button sends. */
import type { KeyboardEvent } from "react";

const TOUCH = "(hover: none) and (pointer: coarse)";

/** Whether one writes on the screen, as on a phone; a mouse or a trackpad speaks for a keyboard of its own. */
export function writesOnScreen(): boolean {
  return window.matchMedia(TOUCH).matches;
}

/** While an input method composes a character, Enter chooses it. Ctrl or Command with Enter sends everywhere. */
export function isSendingKey({ key, shiftKey, ctrlKey, metaKey, nativeEvent }: KeyboardEvent): boolean {
  if (key !== "Enter" || shiftKey || nativeEvent.isComposing) return false;
  return ctrlKey || metaKey || !writesOnScreen();
}

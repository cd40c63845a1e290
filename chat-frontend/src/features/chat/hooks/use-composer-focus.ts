/** The field for the next message has the focus at first, and by Shift+Escape again. */
import { useHotkeys } from "@mantine/hooks";
import { type RefObject, useEffect, useRef } from "react";

export function useComposerFocus(): RefObject<HTMLTextAreaElement> {
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => input.current?.focus(), []);
  useHotkeys([["shift+Escape", () => input.current?.focus()]], []);
  return input;
}

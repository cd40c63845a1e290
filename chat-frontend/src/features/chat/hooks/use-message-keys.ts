/** Goes from message to message by keys, wherever the focus is. */
import { useHotkeys } from "@mantine/hooks";
import type { RefObject } from "react";

export function useMessageKeys(list: RefObject<HTMLElement>): void {
  const step = (by: 1 | -1) => {
    const articles = [...(list.current?.querySelectorAll<HTMLElement>("article") ?? [])];
    const current = articles.findIndex((article) => article.contains(document.activeElement));
    // From elsewhere the first step up leads to the newest message.
    const next = current === -1 ? articles.at(-1) : articles[current + by];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  useHotkeys([["alt+ArrowUp", () => step(-1)], ["alt+ArrowDown", () => step(1)]], []);
}

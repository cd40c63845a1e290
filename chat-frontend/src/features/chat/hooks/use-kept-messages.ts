/** Which messages stay drawn wherever the reader has scrolled to. */
import { type FocusEvent, useMemo, useState } from "react";
import type { LiveMessage } from "@/realtime/conversation-state";

// Searching in the page, printing and copying reach only what is drawn; so all of an ordinary conversation is.
const DRAWN_WHOLE = 200;

interface KeptMessages {
  /** Their indexes. */
  kept: number[];
  onFocus: (event: FocusEvent) => void;
}

/** Those with the focus, or with a text that is being edited in them; all of a conversation that is not long. */
export function useKeptMessages(messages: LiveMessage[]): KeptMessages {
  const [keys, setKeys] = useState<string[]>([]);
  const isWhole = messages.length <= DRAWN_WHOLE;
  const kept = useMemo(() => {
    if (isWhole) return messages.map((_, index) => index);
    return keys.map((key) => messages.findIndex((message) => message.key === key)).filter((index) => index !== -1);
  }, [messages, keys, isWhole]);
  const onFocus = ({ target, currentTarget }: FocusEvent) => {
    const key = target.closest("[data-key]")?.getAttribute("data-key");
    if (!key || keys[0] === key) return;
    const edited = [...currentTarget.querySelectorAll("[data-key]:has(form)")].map((element) => element.getAttribute("data-key") ?? "");
    setKeys([key, ...edited.filter((one) => one !== key)]);
  };
  return { kept, onFocus };
}

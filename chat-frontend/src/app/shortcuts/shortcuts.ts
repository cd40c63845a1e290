/** Owns which keys do what, as the page listens for them and as its help sheet tells. */
import { phrase } from "@/i18n/phrase";

export interface Shortcut {
  keys: readonly string[];
  what: string;
}

/** "mod" is Ctrl, or Command on a Mac. */
export const SHORTCUTS: readonly { group: string; shortcuts: readonly Shortcut[] }[] = [
  {
    group: phrase("Everywhere"),
    shortcuts: [
      { keys: ["mod", "K"], what: phrase("Find conversations and messages, and go anywhere") },
      { keys: ["mod", "Shift", "O"], what: phrase("New conversation") },
      { keys: ["?"], what: phrase("This help") },
    ],
  },
  {
    group: phrase("In a conversation"),
    shortcuts: [
      { keys: ["Alt", "↑"], what: phrase("To the message before") },
      { keys: ["Alt", "↓"], what: phrase("To the message after") },
      { keys: ["Shift", "Esc"], what: phrase("To the field for the next message") },
    ],
  },
  {
    group: phrase("While writing"),
    shortcuts: [
      { keys: ["Enter"], what: phrase("Send") },
      { keys: ["Shift", "Enter"], what: phrase("Begin a new line") },
      { keys: ["Esc"], what: phrase("Stop the answer, or leave a message as it was") },
    ],
  },
];

const isMac = () => /mac|iphone|ipad/i.test(window.navigator.platform);

/** A key as it is called on this machine. */
export function nameOfKey(key: string): string {
  if (key !== "mod") return key;
  return isMac() ? "⌘" : "Ctrl";
}

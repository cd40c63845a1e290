/** Owns the choice of a language on this device: kept for the next visit, followed by all tabs. */
import { readStored, writeStored } from "@/api/storage";
import { isLanguageChoice, type LanguageChoice, languageOf } from "./languages";
import { show } from "./translation";

const KEY = "convoai.language";

const listeners = new Set<() => void>();
let choice = readChoice();

function readChoice(): LanguageChoice {
  const stored = readStored(KEY);
  return isLanguageChoice(stored) ? stored : "system";
}

/** Draw in the language of the last visit's choice, and follow what other tabs and the device choose from then on. */
export function startLanguage(): Promise<void> {
  window.addEventListener("storage", ({ key }) => {
    if (key === KEY) void follow(readChoice());
  });
  window.addEventListener("languagechange", () => void follow(choice));
  return follow(choice);
}

export function chooseLanguage(next: LanguageChoice): Promise<void> {
  writeStored(KEY, next);
  return follow(next);
}

export const getLanguageChoice = () => choice;

export function subscribeToLanguageChoice(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function follow(next: LanguageChoice): Promise<void> {
  choice = next;
  listeners.forEach((listener) => listener());
  try {
    await show(languageOf(next, navigator.languages));
  } catch (error) {
    // Without its catalog the page is readable all the same, in the language it has.
    console.warn("The language could not be loaded.", error);
  }
}

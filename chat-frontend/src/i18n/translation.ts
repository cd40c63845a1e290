/** Owns the library that translates: its rules, and the catalogs, which are loaded when their language is wanted. */
import i18next, { changeLanguage, init, use as plugIn } from "i18next";
import { initReactI18next } from "react-i18next";
import { english } from "./english";
import type { Language } from "./languages";

const NAMESPACE = "translation";

const catalogs: Record<Exclude<Language, "en">, () => Promise<Record<string, string>>> = {
  de: async () => (await import("./german/catalog")).german,
};

/** Once, before anything is drawn. What is shown is the key itself, which is English, until a language is shown. */
export function setUpTranslation(): void {
  plugIn(initReactI18next);
  void init({
    lng: "en",
    fallbackLng: false,
    resources: { en: { [NAMESPACE]: english } },
    initAsync: false,
    // Keys are sentences, with their full stops and colons.
    keySeparator: false,
    nsSeparator: false,
    // React escapes what it draws.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  });
}

let wanted: Language = "en";

/** Draw the page in another language. Raises: what loading its catalog raises; the page then stays as it is. */
export async function show(language: Language): Promise<void> {
  wanted = language;
  if (language !== "en" && !i18next.hasResourceBundle(language, NAMESPACE)) {
    i18next.addResourceBundle(language, NAMESPACE, await catalogs[language]());
  }
  // Whoever chose again meanwhile, wants that.
  if (wanted !== language) return;
  await changeLanguage(language);
  document.documentElement.lang = language;
}

export function languageInUse(): string {
  return i18next.language;
}

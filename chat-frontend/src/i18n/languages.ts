/** Owns the languages that the page is offered in, and which of them a choice comes to. */

export const languages = [
  { language: "en", name: "English" },
  { language: "de", name: "Deutsch" },
] as const;

export type Language = (typeof languages)[number]["language"];

/** `system` leaves it to the device. */
export type LanguageChoice = "system" | Language;

const offered: readonly string[] = languages.map(({ language }) => language);
const isLanguage = (value: unknown): value is Language => typeof value === "string" && offered.includes(value);

export function isLanguageChoice(value: unknown): value is LanguageChoice {
  return value === "system" || isLanguage(value);
}

/** The language of a choice; `wanted` are those of the device, the dearest first, as in `navigator.languages`. */
export function languageOf(choice: LanguageChoice, wanted: readonly string[]): Language {
  if (choice !== "system") return choice;
  return wanted.map((tag) => tag.toLowerCase().split("-")[0]).find(isLanguage) ?? "en";
}

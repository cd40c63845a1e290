/** The language of the page: shown at once, kept in the account so that it follows the person. */
import { useEffect, useRef, useSyncExternalStore } from "react";
import { chooseLanguage, getLanguageChoice, subscribeToLanguageChoice } from "@/i18n/choice";
import type { LanguageChoice } from "@/i18n/languages";
import { useProfile, useSaveLanguage } from "../api/profile";

export function useLanguage(): { choice: LanguageChoice; choose: (choice: LanguageChoice) => void } {
  const choice = useSyncExternalStore(subscribeToLanguageChoice, getLanguageChoice);
  const save = useSaveLanguage();
  const choose = (next: LanguageChoice) => {
    void chooseLanguage(next);
    save.mutate(next);
  };
  return { choice, choose };
}

/** Takes over what the account says, for as long as one person is signed in. */
export function useAccountLanguage(): void {
  const { data: profile } = useProfile();
  const isTaken = useRef(false);
  useEffect(() => {
    // Once: later choices come from this page and must not be undone by an older answer.
    if (profile === undefined || isTaken.current) return;
    isTaken.current = true;
    void chooseLanguage(profile.preferences.language);
  }, [profile]);
}

/** The colour scheme: applied at once, kept in the account so that it follows the person. */
import { useMantineColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import { type Theme, useProfile, useSaveTheme } from "../api/profile";

export const toScheme = (theme: Theme) => (theme === "system" ? "auto" : theme);

export interface ThemeChoice {
  theme: Theme;
  choose: (theme: Theme) => void;
}

export function useTheme(): ThemeChoice {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { data: profile } = useProfile();
  const save = useSaveTheme();
  const appliedFor = useRef<string | null>(null);
  useEffect(() => {
    // Once for each sign-in: later choices come from this page and must not be undone by an older answer.
    if (profile === undefined || appliedFor.current === profile.id) return;
    appliedFor.current = profile.id;
    setColorScheme(toScheme(profile.preferences.theme));
  }, [profile, setColorScheme]);
  const choose = (theme: Theme) => {
    setColorScheme(toScheme(theme));
    save.mutate(theme);
  };
  return { theme: colorScheme === "auto" ? "system" : colorScheme, choose };
}

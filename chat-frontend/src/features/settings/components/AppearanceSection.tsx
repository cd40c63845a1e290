/** How the page looks, and the language it is in; kept in the account, so that both follow the person to other devices. */
import { useTranslation } from "react-i18next";
import { Panel } from "@/components/Panel";
import { languages, type LanguageChoice } from "@/i18n/languages";
import { phrase } from "@/i18n/phrase";
import type { Theme } from "../api/profile";
import { useLanguage } from "../hooks/use-language";
import { useTheme } from "../hooks/use-theme";
import classes from "./AppearanceSection.module.css";

const themes: { theme: Theme; label: string; description: string }[] = [
  { theme: "light", label: phrase("Light"), description: phrase("Dark text on a light ground") },
  { theme: "dark", label: phrase("Dark"), description: phrase("Light text on a dark ground") },
  { theme: "system", label: phrase("System"), description: phrase("As this device is set") },
];

export function AppearanceSection() {
  const { t } = useTranslation();
  const lead = t("It is kept in your account and follows you to your other devices.");
  return (
    <>
      <Panel title={t("Theme")} lead={lead}><ThemeChoice /></Panel>
      <Panel title={t("Language")} lead={lead}><LanguageChoices /></Panel>
    </>
  );
}

function ThemeChoice() {
  const { t } = useTranslation();
  const { theme: current, choose } = useTheme();
  return (
    <div className={classes.choices} role="radiogroup" aria-label={t("Theme")}>
      {themes.map(({ theme, label, description }) => (
        <label key={theme} className={classes.choice} htmlFor={`theme-${theme}`}>
          <span className={classes.preview} data-theme={theme} aria-hidden><span /><span /><span /></span>
          <input id={`theme-${theme}`} type="radio" name="theme" aria-label={t(label)} aria-describedby={`about-${theme}`} checked={theme === current} onChange={() => choose(theme)} />
          <strong>{t(label)}</strong>
          <span id={`about-${theme}`} className={classes.description}>{t(description)}</span>
        </label>
      ))}
    </div>
  );
}

function LanguageChoices() {
  const { t } = useTranslation();
  const { choice: current, choose } = useLanguage();
  // Each language is called by its own name: whoever looks for it may read no other.
  const choices: { choice: LanguageChoice; name: string; lang?: string }[] = [
    ...languages.map(({ language, name }) => ({ choice: language, name, lang: language })),
    { choice: "system", name: t("As this device is set") },
  ];
  return (
    <div className={classes.choices} role="radiogroup" aria-label={t("Language")}>
      {choices.map(({ choice, name, lang }) => (
        <label key={choice} className={`${classes.choice} ${classes.language}`} htmlFor={`language-${choice}`}>
          <input id={`language-${choice}`} type="radio" name="language" checked={choice === current} onChange={() => choose(choice)} />
          <strong lang={lang}>{name}</strong>
        </label>
      ))}
    </div>
  );
}

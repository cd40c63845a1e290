/** How the page looks; kept in the account, so that it follows the person to other devices. */
import { Panel } from "@/components/Panel";
import type { Theme } from "../api/profile";
import { useTheme } from "../hooks/use-theme";
import classes from "./AppearanceSection.module.css";

const themes: { theme: Theme; label: string; description: string }[] = [
  { theme: "light", label: "Light", description: "Dark text on a light ground" },
  { theme: "dark", label: "Dark", description: "Light text on a dark ground" },
  { theme: "system", label: "System", description: "As this device is set" },
];

export function AppearanceSection() {
  const { theme: current, choose } = useTheme();
  return (
    <Panel title="Theme" lead="It is kept in your account and follows you to your other devices.">
      <div className={classes.themes} role="radiogroup" aria-label="Theme">
        {themes.map(({ theme, label, description }) => (
          <label key={theme} className={classes.choice} htmlFor={`theme-${theme}`}>
            <span className={classes.preview} data-theme={theme} aria-hidden><span /><span /><span /></span>
            <input id={`theme-${theme}`} type="radio" name="theme" aria-label={label} aria-describedby={`about-${theme}`} checked={theme === current} onChange={() => choose(theme)} />
            <strong>{label}</strong>
            <span id={`about-${theme}`} className={classes.description}>{description}</span>
          </label>
        ))}
      </div>
    </Panel>
  );
}

/** Takes a password that is to be chosen, and says while it is typed how good it is and what would help. */
import { PasswordInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./NewPasswordInput.module.css";
import { strengthOf } from "./password-strength";
import { passwordRules, revealButton } from "./password-text";

interface NewPasswordInputProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** What the service says of it. */
  error: string | null;
  /** What others know of the person: names and addresses. */
  names: string[];
  autoFocus?: boolean;
}

const BARS = [1, 2, 3, 4];

export function NewPasswordInput({ label, value, onChange, error, names, autoFocus = false }: NewPasswordInputProps) {
  return (
    <PasswordInput label={label} autoComplete="new-password" required withAsterisk={false} autoFocus={autoFocus} value={value}
      onChange={(event) => onChange(event.currentTarget.value)} error={error} aria-invalid={error !== null} visibilityToggleButtonProps={revealButton}
      inputWrapperOrder={["label", "input", "error", "description"]} description={<Hint password={value} names={names} />} />
  );
}

function Hint({ password, names }: { password: string; names: string[] }) {
  const { t } = useTranslation();
  const strength = password === "" ? null : strengthOf(password, names);
  return (
    <span className={classes.hint}>
      <span className={classes.meter} data-level={strength?.level ?? 0} aria-hidden>
        {BARS.map((bar) => <span key={bar} data-filled={bar <= (strength?.level ?? 0) || undefined} />)}
      </span>
      <span aria-live="polite">
        {strength === null ? t(passwordRules) : <><strong>{strength.label}.</strong> {strength.advice}</>}
      </span>
    </span>
  );
}

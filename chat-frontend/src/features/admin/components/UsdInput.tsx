/** Takes an amount of US dollars, as the language in use writes it. */
import { TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { editableUsd, parseUsd } from "@/i18n/money";

interface UsdInputProps {
  label: string;
  description?: string;
  text: string;
  onChange: (text: string) => void;
  /** Somebody tried to send it: what is no amount is said to be none. */
  isChecked: boolean;
  /** What the service says of it. */
  problem: string | null;
  isFirst?: boolean;
}

const EXAMPLE_USD = 12.5;

export function UsdInput({ label, description, text, onChange, isChecked, problem, isFirst = false }: UsdInputProps) {
  const { t } = useTranslation();
  const fault = isChecked && parseUsd(text) === null ? t("Write an amount such as {{example}}.", { example: editableUsd(EXAMPLE_USD) }) : problem;
  return (
    <TextInput label={label} description={description} inputMode="decimal" autoComplete="off" data-autofocus={isFirst || undefined}
      value={text} onChange={(event) => onChange(event.currentTarget.value)} error={fault} />
  );
}

/** Narrows the audit trail by words, kind of action and days. */
import { NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ACTIONS, type AuditFilter } from "../model/audit-filter";
import classes from "./Audit.module.css";
import { SearchInput } from "./SearchInput";

interface AuditToolbarProps {
  filter: AuditFilter;
  /** What is in the search field to begin with. */
  firstText: string;
  onChange: (change: Partial<AuditFilter>) => void;
}

export function AuditToolbar({ filter, firstText, onChange }: AuditToolbarProps) {
  const { t } = useTranslation();
  const { action, from, to } = filter;
  const actions = ACTIONS.map(({ value, label }) => ({ value, label: t(label) }));
  return (
    <div className={classes.toolbar}>
      <SearchInput label={t("Search the audit trail")} placeholder={t("Name, address or action")} firstText={firstText} onChange={(text) => onChange({ text })} />
      <NativeSelect aria-label={t("Action")} className={classes.action ?? ""} data={actions} value={action} onChange={(event) => onChange({ action: event.currentTarget.value })} />
      <DayInput label={t("From")} value={from} max={to} onChange={(day) => onChange({ from: day })} />
      <DayInput label={t("To")} value={to} min={from} onChange={(day) => onChange({ to: day })} />
    </div>
  );
}

interface DayInputProps {
  label: string;
  value: string;
  min?: string;
  max?: string;
  onChange: (day: string) => void;
}

function DayInput({ label, value, min = "", max = "", onChange }: DayInputProps) {
  return (
    <TextInput type="date" label={label} value={value} min={min} max={max} onChange={(event) => onChange(event.currentTarget.value)} />
  );
}

/** Days that are chosen by hand; the address has them once they make a range. */
import { TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Days, isDay } from "../model/ranges";
import classes from "./Frame.module.css";

export function CustomRange({ days, onChange }: { days: Days; onChange: (days: Days) => void }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useState<Days>({ from: days.from, to: days.to });
  const isBackwards = isDay(draft.from) && isDay(draft.to) && draft.to < draft.from;
  const change = (part: Partial<Days>) => {
    const next = { ...draft, ...part };
    setDraft(next);
    if (isDay(next.from) && isDay(next.to) && next.from <= next.to) onChange(next);
  };
  return (
    <div className={classes.custom}>
      <TextInput type="date" size="xs" aria-label={t("From")} value={draft.from} onChange={({ currentTarget }) => change({ from: currentTarget.value })} />
      <TextInput type="date" size="xs" aria-label={t("To")} value={draft.to} onChange={({ currentTarget }) => change({ to: currentTarget.value })} />
      {isBackwards && <p role="alert">{t("The range ends before it begins. Swap the two days.")}</p>}
    </div>
  );
}

/** What a rule waits for: a figure over or under a threshold, for how long, and of whom. */
import { NativeSelect, NumberInput, TextInput } from "@mantine/core";
import { useId } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { decimalSeparator } from "@/i18n/format";
import { phrase } from "@/i18n/phrase";
import { useAlertFigures, useSubjects } from "../api/alerts";
import { type AlertFields, MOST_MINUTES, numberOf, withFigure } from "../model/alert-fields";
import { figureGroups, figureUnit, isTakenOver } from "../model/alert-figures";
import type { Unit } from "../model/units";
import classes from "./Alerts.module.css";

export interface AlertFieldsProps {
  fields: AlertFields;
  /** Somebody tried to send it: what is missing is said to be. */
  isChecked: boolean;
  onChange: (part: Partial<AlertFields>) => void;
  /** What the service says of a field. */
  problemOf: (field: keyof AlertFields) => string | null;
}

const THRESHOLDS: Record<Unit, string> = {
  count: phrase("Threshold"),
  usd: phrase("Threshold in US dollars"),
  seconds: phrase("Threshold in seconds"),
  minutes: phrase("Threshold in minutes"),
  share: phrase("Threshold in percent"),
  percent: phrase("Threshold in percent"),
};

const COMPARISONS = [
  { value: "above", label: phrase("over the threshold") },
  { value: "below", label: phrase("under the threshold") },
] as const;

const CUTS = [
  { value: "all", label: phrase("All together") },
  { value: "model", label: phrase("One model") },
  { value: "provider", label: phrase("One provider") },
] as const;

export function AlertConditionFields(props: AlertFieldsProps) {
  const { t } = useTranslation();
  const { fields, isChecked, onChange, problemOf } = props;
  const { data: offered, error, refetch } = useAlertFigures();
  // What the rule has is on offer, too, also where the service no longer knows it.
  const figures = [...new Set([...(offered?.figures ?? []), fields.figure])];
  const cuts = offered?.cuts_by_figure[fields.figure] ?? [fields.by];
  const missing = (typed: AlertFields["threshold"]) => (isChecked && numberOf(typed) === null ? t("Write a number.") : null);
  return (
    <fieldset className={classes.fields}>
      <legend>{t("When it fires")}</legend>
      {error !== null && <div className={classes.whole}><ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} /></div>}
      <NativeSelect label={t("Figure")} className={classes.whole ?? ""} data={figureGroups(figures)} value={fields.figure} error={problemOf("figure")}
        onChange={({ currentTarget: { value } }) => onChange(withFigure(fields, value, offered?.cuts_by_figure[value] ?? []))} />
      <NativeSelect label={t("It is")} data={COMPARISONS.map(({ value, label }) => ({ value, label: t(label) }))} value={fields.comparison} error={problemOf("comparison")}
        onChange={({ currentTarget: { value } }) => onChange({ comparison: COMPARISONS.find((one) => one.value === value)?.value ?? "above" })} />
      <NumberInput label={t(THRESHOLDS[figureUnit(fields.figure)])} hideControls decimalSeparator={decimalSeparator()} allowedDecimalSeparators={[decimalSeparator()]} value={fields.threshold}
        onChange={(threshold) => onChange({ threshold })} error={missing(fields.threshold) ?? problemOf("threshold")} />
      {isTakenOver(fields.figure) && (
        <NumberInput label={t("Taken over how many minutes")} min={1} max={MOST_MINUTES} allowDecimal={false} value={fields.window_minutes}
          onChange={(minutes) => onChange({ window_minutes: minutes })} error={missing(fields.window_minutes) ?? problemOf("window_minutes")} />
      )}
      <NumberInput label={t("For how many minutes")} description={t("With 0 it fires at once.")} inputWrapperOrder={["label", "input", "description", "error"]} min={0} max={MOST_MINUTES}
        allowDecimal={false} value={fields.for_minutes} onChange={(minutes) => onChange({ for_minutes: minutes })} error={missing(fields.for_minutes) ?? problemOf("for_minutes")} />
      <NativeSelect label={t("Of whom")} data={CUTS.filter(({ value }) => cuts.includes(value)).map(({ value, label }) => ({ value, label: t(label) }))}
        value={fields.by} error={problemOf("by")} onChange={({ currentTarget: { value } }) => onChange({ by: CUTS.find((one) => one.value === value)?.value ?? "all", subject: "" })} />
      {fields.by !== "all" && <SubjectInput {...props} by={fields.by} />}
    </fieldset>
  );
}

/** Takes a model or provider, and offers those that have answered of late. */
function SubjectInput({ fields, isChecked, onChange, problemOf, by }: AlertFieldsProps & { by: "model" | "provider" }) {
  const { t } = useTranslation();
  const listId = useId();
  const { data } = useSubjects(by);
  const missing = by === "model" ? t("Name a model.") : t("Name a provider.");
  return (
    <div>
      <TextInput label={by === "model" ? t("Model") : t("Provider")} autoComplete="off" autoCapitalize="none" spellCheck={false} list={listId} value={fields.subject}
        onChange={({ currentTarget: { value } }) => onChange({ subject: value })} error={isChecked && fields.subject.trim() === "" ? missing : problemOf("subject")} />
      <datalist id={listId}>{data?.map((subject) => <option key={subject} value={subject}>{subject}</option>)}</datalist>
    </div>
  );
}

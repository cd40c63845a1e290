/** Makes or changes a rule. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemAt, problemBeside } from "@/api/field-problems";
import type { AlertRule } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useFocusBack } from "@/components/use-focus-back";
import { randomId } from "@/config/random-id";
import { type AlertRuleAttempt, useChangeAlertRule, useCreateAlertRule } from "../api/alerts";
import { ALERT_FIELDS, type AlertFields, changeOf, conditionOf, emptyRule, fieldsOf, LONGEST_NAME, orderOf } from "../model/alert-fields";
import { basisText, conditionText } from "../model/alert-words";
import { AlertChannelFields } from "./AlertChannelFields";
import { AlertConditionFields } from "./AlertConditionFields";
import classes from "./Alerts.module.css";

interface AlertRuleDialogProps {
  /** The one to change; null for a new one. */
  rule: AlertRule | null;
  onClose: () => void;
  onSaved: () => void;
}

export function AlertRuleDialog({ rule, onClose, onSaved }: AlertRuleDialogProps) {
  const { t } = useTranslation();
  const create = useCreateAlertRule();
  const change = useChangeAlertRule();
  const { isPending, error } = rule === null ? create : change;
  const [fields, setFields] = useState<AlertFields>(rule === null ? emptyRule : fieldsOf(rule));
  const [isChecked, setIsChecked] = useState(false);
  const attempt = useRef<AlertRuleAttempt | null>(null); // the same one again, until something is changed
  useFocusBack();
  const set = (part: Partial<AlertFields>) => {
    attempt.current = null;
    setFields((before) => ({ ...before, ...part }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsChecked(true);
    const order = orderOf(fields);
    if (order === null) return;
    attempt.current ??= { order, attemptKey: randomId() };
    if (rule === null) create.mutate(attempt.current, { onSuccess: onSaved });
    else change.mutate({ id: rule.id, change: changeOf(rule, order) }, { onSuccess: onSaved });
  };
  const parts = { fields, isChecked, onChange: set, problemOf: (field: keyof AlertFields) => problemAt(error, field) };
  const condition = conditionOf(fields);
  const sentence = problemBeside(error, ALERT_FIELDS);
  return (
    <Modal opened onClose={onClose} title={rule === null ? t("Add a rule") : t("Change the rule")} centered size="lg" returnFocus={false} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("Close") }}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <TextInput label={t("Name")} data-autofocus maxLength={LONGEST_NAME} autoComplete="off" value={fields.name} onChange={({ currentTarget: { value } }) => set({ name: value })}
            error={isChecked && fields.name.trim() === "" ? t("Give it a name.") : problemAt(error, "name")} />
          <AlertConditionFields {...parts} />
          {condition !== null && <p className={classes.preview}><strong>{conditionText(condition)}</strong> {basisText(condition)}</p>}
          <AlertChannelFields {...parts} hasSecret={rule !== null && rule.webhook_url !== null} />
          {sentence !== null && <ErrorNotice sentence={sentence} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t("Cancel")}</Button>
            <Button type="submit" loading={isPending}>{rule === null ? t("Add rule") : t("Save changes")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** The rules: what they wait for and whom they tell; administrators make, change and delete them. */
import { Button, Skeleton, Text } from "@mantine/core";
import { type RefObject, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { AlertRule } from "@/api/shapes";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Plus } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { useAlertRules, useDeleteAlertRule } from "../api/alerts";
import { AlertRuleDialog } from "./AlertRuleDialog";
import { AlertRuleEntry } from "./AlertRuleEntry";
import classes from "./Alerts.module.css";

type Asking = { about: "new" } | { about: "change" | "deletion"; rule: AlertRule };

export function AlertRules({ mayChange }: { mayChange: boolean }) {
  const { t } = useTranslation();
  const { data: rules, error, refetch } = useAlertRules();
  const [asking, setAsking] = useState<Asking | null>(null);
  const [done, setDone] = useState<string | null>(null);
  const list = useRef<HTMLUListElement>(null);
  const ask = (next: Asking) => {
    setDone(null);
    setAsking(next);
  };
  const close = () => setAsking(null);
  const finish = (sentence: string) => {
    setDone(sentence);
    close();
  };
  const addButton = <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => ask({ about: "new" })}>{t("Add a rule")}</Button>;
  return (
    <Panel title={t("Rules")} aside={mayChange ? addButton : undefined} lead={t("A rule fires when its figure has been over or under the threshold for long enough.")}>
      <DoneNotice sentence={done} />
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {rules === undefined && error === null && <div role="status" aria-label={t("Loading")}>{[1, 2, 3].map((row) => <Skeleton key={row} height={84} mt="sm" radius="md" />)}</div>}
      {rules?.length === 0 && <p className={classes.empty}>{t("There are no rules: nothing can fire. Rules will appear here.")}</p>}
      <ul className={classes.list} aria-label={t("Rules")} ref={list} tabIndex={-1}>
        {rules?.map((rule) => <AlertRuleEntry key={rule.id} rule={rule} onAsk={mayChange ? (about) => ask({ about, rule }) : null} />)}
      </ul>
      {asking?.about === "new" && <AlertRuleDialog rule={null} onClose={close} onSaved={() => finish(t("Made. It is looked at within 15 seconds."))} />}
      {asking?.about === "change" && <AlertRuleDialog rule={asking.rule} onClose={close} onSaved={() => finish(t("Changed. It is looked at within 15 seconds."))} />}
      {asking?.about === "deletion" && <DeleteRule rule={asking.rule} focusAfterwards={list} onClose={close} onDeleted={() => finish(t("Deleted. The history keeps what it did."))} />}
    </Panel>
  );
}

interface DeleteRuleProps {
  rule: AlertRule;
  focusAfterwards: RefObject<HTMLElement>;
  onClose: () => void;
  onDeleted: () => void;
}

function DeleteRule({ rule, focusAfterwards, onClose, onDeleted }: DeleteRuleProps) {
  const { t } = useTranslation();
  const remove = useDeleteAlertRule();
  return (
    <ConfirmDialog title={t("Delete the rule")} confirmLabel={t("Delete")} isPending={remove.isPending} error={remove.error} focusAfterwards={focusAfterwards}
      onConfirm={() => remove.mutate(rule, { onSuccess: onDeleted })} onCancel={onClose}>
      <Text>{t("“{{name}}” will be gone, and nobody is told anything of it any more. The history keeps what it did.", { name: rule.name })}</Text>
    </ConfirmDialog>
  );
}

/** One rule: what it waits for, whom it tells, and whether it is on. */
import { Button, Switch } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { AlertRule } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Tag } from "@/components/Tag";
import { useChangeAlertRule } from "../api/alerts";
import { channelTexts, noticeText } from "../model/alert-channels";
import { basisText, conditionText } from "../model/alert-words";
import classes from "./Alerts.module.css";

interface AlertRuleEntryProps {
  rule: AlertRule;
  /** Null for those who may only look. */
  onAsk: ((about: "change" | "deletion") => void) | null;
}

export function AlertRuleEntry({ rule, onAsk }: AlertRuleEntryProps) {
  const { t } = useTranslation();
  const { name } = rule;
  const change = useChangeAlertRule();
  // Until the rules are read anew it shows what was chosen.
  const isEnabled = (change.isPending ? change.variables.change.is_enabled : undefined) ?? rule.is_enabled;
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{name}</strong>
          {!isEnabled && <Tag>{t("Off")}</Tag>}
        </div>
        <p>{conditionText(rule)}</p>
        <span>{basisText(rule)}</span>
        {channelTexts(rule).map((text) => <span key={text}>{text}</span>)}
        {rule.last_notices.map((notice) => <span key={notice.channel}>{noticeText(notice)}</span>)}
        {change.isError && <ErrorNotice sentence={sentenceOf(change.error)} />}
      </div>
      {onAsk !== null && (
        <div className={classes.actions}>
          <Switch classNames={{ body: classes.switch ?? "", track: classes.track ?? "", trackLabel: classes.noLabel ?? "" }} aria-label={t("{{name}}: on", { name })} checked={isEnabled}
            onChange={({ currentTarget: { checked } }) => change.mutate({ id: rule.id, change: { is_enabled: checked } })} />
          <Button variant="default" size="compact-sm" aria-label={t("Change {{name}}", { name })} onClick={() => onAsk("change")}>{t("Change")}</Button>
          <Button variant="default" size="compact-sm" aria-label={t("Delete {{name}}", { name })} onClick={() => onAsk("deletion")}>{t("Delete")}</Button>
        </div>
      )}
    </li>
  );
}

/** What fires at this moment, and what will if it goes on. */
import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Alert } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { Tag } from "@/components/Tag";
import { exactTime, timeAgo } from "@/components/times";
import { useAlerts } from "../api/alerts";
import { useNow } from "../hooks/use-now";
import { alertText, basisText, firesAt, isSo } from "../model/alert-words";
import classes from "./Alerts.module.css";

export function AlertsNow() {
  const { t } = useTranslation();
  const { data: alerts, error, refetch } = useAlerts();
  const now = useNow();
  return (
    <Panel title={t("Now")} lead={t("All rules are looked at every 15 seconds.")}>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {alerts === undefined && error === null && <div role="status" aria-label={t("Loading")}><Skeleton height={64} radius="md" /></div>}
      {alerts?.length === 0 && <p className={classes.empty}>{t("Nothing fires. What does will appear here, with its figure and since when.")}</p>}
      <ul className={classes.list} aria-label={t("Alerts")}>
        {alerts?.map((alert) => <AlertEntry key={alert.rule.id} alert={alert} now={now} />)}
      </ul>
    </Panel>
  );
}

function AlertEntry({ alert, now }: { alert: Alert; now: number }) {
  const { t } = useTranslation();
  const { rule, state, since } = alert;
  const isFiring = state === "firing";
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{rule.name}</strong>
          {isFiring ? <Tag tone="bad">{t("Firing")}</Tag> : <Tag tone="warning">{t("Pending")}</Tag>}
        </div>
        <p>{alertText(alert)}</p>
        <span>{basisText(rule)}</span>
        <span>{t("Since {{time}}, {{distance}}", { time: exactTime(since), distance: timeAgo(since, now) })}</span>
        {isFiring
          ? !isSo(alert) && <span>{t("It is no longer so: resolved when that has lasted two minutes.")}</span>
          : <span>{t("Fires if it goes on until {{time}}.", { time: exactTime(firesAt(alert)) })}</span>}
      </div>
    </li>
  );
}

/** When alerts began to fire and were resolved, the newest first. */
import { Button, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { Tag } from "@/components/Tag";
import { exactTime } from "@/components/times";
import { useAlertHistory } from "../api/alerts";
import { changeValue } from "../model/alert-words";
import classes from "./Alerts.module.css";

export function AlertHistory() {
  const { t } = useTranslation();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useAlertHistory();
  const changes = data?.pages.flatMap((page) => page.changes);
  return (
    <Panel title={t("History")} lead={t("What began to fire and what was resolved within the last 90 days.")}>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {changes === undefined && error === null && <div role="status" aria-label={t("Loading")}><Skeleton height={160} radius="md" /></div>}
      {changes?.length === 0 && <p className={classes.empty}>{t("Nothing has fired. When an alert begins and when it ends will appear here.")}</p>}
      <ol className={classes.list} aria-label={t("History")}>
        {changes?.map((change) => (
          <li key={change.id} className={classes.change}>
            {change.state === "firing" ? <Tag tone="bad">{t("Firing")}</Tag> : <Tag tone="good">{t("Resolved")}</Tag>}
            <strong>{change.rule_name}</strong>
            <span>{t("Figure: {{value}}", { value: changeValue(change) })}</span>
            <time dateTime={change.at}>{exactTime(change.at)}</time>
          </li>
        ))}
      </ol>
      {hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("Show older entries")}</Button>
        </div>
      )}
    </Panel>
  );
}

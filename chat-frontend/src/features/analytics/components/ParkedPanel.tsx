/** Events that could not be counted, and why; administrators have them tried again. */
import { Button, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { ParkedEvent } from "@/api/shapes";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { RefreshCw } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { Tag } from "@/components/Tag";
import { exactTime } from "@/components/times";
import { useParked, useRetryParked } from "../api/parked";
import { useOnScreen } from "../hooks/use-on-screen";
import { parkedTable } from "../model/parked";
import classes from "./Parked.module.css";

export function ParkedPanel() {
  const { t } = useTranslation();
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useParked();
  const retry = useRetryParked();
  const events = data?.pages.flatMap(({ rows }) => rows);
  const outcome = retry.data && t("Counted now: {{accepted, number}}. Counted before: {{duplicates, number}}. Still not readable: {{parked, number}}.", retry.data);
  const title = t("Parked events");
  useOnScreen(title, events === undefined ? null : parkedTable(events));
  return (
    <Panel title={title} lead={t("They are kept until a version of the service can read them; each start tries them again.")}
      aside={events !== undefined && events.length > 0 && (
        <Button size="compact-sm" variant="default" leftSection={<RefreshCw size={15} aria-hidden />} loading={retry.isPending} onClick={() => retry.mutate()}>{t("Try all again")}</Button>
      )}>
      <DoneNotice sentence={outcome ?? null} />
      {retry.isError && <ErrorNotice sentence={sentenceOf(retry.error)} onRetry={() => retry.mutate()} />}
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {events === undefined && error === null && <div role="status" aria-label={t("Loading")}><Skeleton height={160} radius="md" /></div>}
      {events?.length === 0 && <p className={classes.empty}>{t("Every event could be read. What cannot be will appear here with its reason.")}</p>}
      <ul className={classes.list} aria-label={title}>{events?.map((event) => <ParkedEntry key={event.id} event={event} />)}</ul>
      {hasNextPage && <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("Show more")}</Button>}
    </Panel>
  );
}

function ParkedEntry({ event: { source, field, reason, event, is_complete: isComplete, parked_at: parkedAt } }: { event: ParkedEvent }) {
  const { t } = useTranslation();
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <strong>{source}</strong>
        {field !== "" && <code>{field}</code>}
        {!isComplete && <Tag>{t("Cut off: cannot be tried again")}</Tag>}
        <span>{exactTime(parkedAt)}</span>
      </div>
      <p>{reason}</p>
      <details>
        <summary>{t("Its text as it came")}</summary>
        <pre data-scrolls tabIndex={0}>{event}</pre>
      </details>
    </li>
  );
}

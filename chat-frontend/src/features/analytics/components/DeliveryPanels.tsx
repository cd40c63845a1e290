/** How events get here: how long they take, and what waits or was lost at each of their senders. */
import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Delivery, Sender } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { Tag } from "@/components/Tag";
import { exactTime } from "@/components/times";
import { useDelivery } from "../api/delivery";
import { useOnScreen } from "../hooks/use-on-screen";
import { delayFigures, delayTable, heardSentence, missingOf, missingSentence, sendersOf, senderTable, STATES, troubleSentence } from "../model/delivery";
import { written } from "../model/units";
import cards from "./Cards.module.css";
import classes from "./Parked.module.css";

export function DeliveryPanels() {
  const { t } = useTranslation();
  const { data, error, refetch } = useDelivery();
  const [delayTitle, senderTitle] = [t("Time on the way"), t("Senders")];
  useOnScreen(delayTitle, data === undefined ? null : delayTable(delayFigures(data)));
  useOnScreen(senderTitle, data === undefined ? null : senderTable(data));
  const answer = (
    <>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <div role="status" aria-label={t("Loading")}><Skeleton height={160} radius="md" /></div>}
    </>
  );
  if (data === undefined) return <Panel title={senderTitle}>{answer}</Panel>;
  return (
    <>
      <Panel title={delayTitle} lead={t("From when something happened until it was counted here, of all that came since {{time}}.", { time: exactTime(data.delay.since) })}>
        {answer}
        <dl className={cards.row}>
          {delayFigures(data).map(({ key, name, value, unit }) => <div key={key}><dt>{name}</dt><dd className={cards.value}>{written(value, unit)}</dd></div>)}
        </dl>
      </Panel>
      <SendersPanel title={senderTitle} delivery={data} />
    </>
  );
}

function SendersPanel({ title, delivery }: { title: string; delivery: Delivery }) {
  const { t } = useTranslation();
  const { present, ended } = sendersOf(delivery);
  const missing = missingOf(delivery);
  return (
    <Panel title={title} lead={t("Each process reports every 15 seconds. Processes of one service that share a database see the same events waiting.")}>
      {missing.map((one) => <p key={one.service} role="note" className={classes.trouble}>{missingSentence(one)}</p>)}
      <ul className={classes.list} aria-label={title}>{present.map((one) => <SenderEntry key={one.instance} sender={one} />)}</ul>
      {ended.length > 0 && (
        <details className={classes.ended}>
          <summary>{t("Processes that ended within a day: {{ended, number}}", { ended: ended.length })}</summary>
          <ul className={classes.list}>{ended.map((one) => <SenderEntry key={one.instance} sender={one} />)}</ul>
        </details>
      )}
    </Panel>
  );
}

function SenderEntry({ sender }: { sender: Sender }) {
  const { t } = useTranslation();
  const { service, instance, state } = sender;
  const trouble = troubleSentence(sender);
  const figures = [
    { label: t("Waiting"), text: written(sender.waiting, "count") },
    { label: t("Oldest waits for"), text: written(sender.oldest_waiting_seconds, "seconds") },
    { label: t("Parked there"), text: written(sender.parked, "count") },
    { label: t("Requests waiting"), text: written(sender.requests_waiting, "count") },
    { label: t("Requests dropped"), text: written(sender.requests_dropped, "count") },
  ];
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <strong>{service}</strong>
        <code>{instance}</code>
        <Tag tone={state === "running" ? "good" : "neutral"}>{t(STATES[state])}</Tag>
        {state !== "silent" && <span>{heardSentence(sender)}</span>}
      </div>
      {state === "silent" && <p className={classes.trouble}>{heardSentence(sender)}</p>}
      {trouble !== null && <p className={sender.is_in_trouble ? classes.trouble : classes.over}>{trouble}</p>}
      <dl className={classes.figures}>{figures.map(({ label, text }) => <div key={label}><dt>{label}</dt><dd>{text}</dd></div>)}</dl>
    </li>
  );
}

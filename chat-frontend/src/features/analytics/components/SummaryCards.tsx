/** A period summed up, each figure beside that of the period before. */
import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { ArrowDown, ArrowUp } from "@/components/icons";
import { type About, useOverview } from "../api/insights";
import { useOnScreen } from "../hooks/use-on-screen";
import { type Card, cardsOf } from "../model/cards";
import { wordsOf } from "../model/changes";
import { written } from "../model/units";
import type { Scope } from "../model/view";
import classes from "./Cards.module.css";
import { Kept } from "./Kept";

export function SummaryCards({ scope, about }: { scope: Scope; about: About }) {
  const { t } = useTranslation();
  const { data, error, refetch, isPlaceholderData } = useOverview(scope, about);
  const cards = data === undefined ? null : cardsOf(data.period, data.before, about.by === "all");
  useOnScreen(t("Summary"), cards === null || isPlaceholderData ? null : {
    head: t("Figure"),
    columns: [{ label: t("Value"), unit: "count" }, { label: t("Before"), unit: "count" }],
    rows: cards.map(({ label, unit, value, before }) => ({ key: label, name: t(label), unit, values: [value, before] })),
  });
  return (
    <section aria-label={t("Summary")}>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {cards === null && error === null && <div role="status" aria-label={t("Loading")}><Skeleton height={210} radius="lg" /></div>}
      {cards !== null && (
        <Kept isStale={isPlaceholderData}>
          <dl className={classes.cards}>{cards.map((card) => <SummaryCard key={card.label} card={card} />)}</dl>
        </Kept>
      )}
    </section>
  );
}

function SummaryCard({ card: { label, unit, value, before, change } }: { card: Card }) {
  const { t } = useTranslation();
  const Arrow = change?.direction === "up" ? ArrowUp : ArrowDown;
  return (
    <div className={classes.card}>
      <dt>{t(label)}</dt>
      <dd className={classes.value}>{written(value, unit)}</dd>
      {change !== null && (
        <dd className={classes.change} title={t("Before: {{value}}", { value: written(before, unit) })}>
          {change.direction !== "same" && <Arrow size={14} aria-hidden />}
          {wordsOf(change)}
        </dd>
      )}
    </div>
  );
}

/** What the person used, by day. */
import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useOwnUse } from "../api/own-use";
import { useOnScreen } from "../hooks/use-on-screen";
import { ownDays, ownSums, ownSumsTable } from "../model/own-use";
import { written } from "../model/units";
import type { Scope } from "../model/view";
import { AnalyticsFrame } from "./AnalyticsFrame";
import classes from "./Cards.module.css";
import { FigureChart } from "./FigureChart";
import { FigurePanel } from "./FigurePanel";
import { Kept } from "./Kept";

export function OwnUseSection() {
  return <AnalyticsFrame section="my-use" isOwn>{({ scope }) => <OwnFigures scope={scope} />}</AnalyticsFrame>;
}

function OwnFigures({ scope }: { scope: Scope }) {
  const { t } = useTranslation();
  const answer = useOwnUse(scope);
  const { data, error, isPlaceholderData } = answer;
  useOnScreen(t("Summary"), data === undefined || isPlaceholderData ? null : ownSumsTable(data.range));
  const days = (title: string, figures: Parameters<typeof ownDays>[1], emptySentence: string, lead?: string) => {
    const table = data && ownDays(data.range, figures, data.askedAt);
    return <FigurePanel title={title} lead={lead} answer={answer} table={table} emptySentence={emptySentence} chart={table && <FigureChart title={title} table={table} form="bars" />} />;
  };
  return (
    <>
      <section aria-label={t("Summary")}>
        {data === undefined && error === null && <div role="status" aria-label={t("Loading")}><Skeleton height={96} radius="lg" /></div>}
        {data !== undefined && (
          <Kept isStale={isPlaceholderData}>
            <dl className={classes.cards}>
              {ownSums(data.range).map(({ key, name, value, unit }) => <div key={key} className={classes.card}><dt>{name}</dt><dd className={classes.value}>{written(value, unit)}</dd></div>)}
            </dl>
          </Kept>
        )}
      </section>
      {days(t("Messages by day"), ["messages", "answers"], t("No messages in this range. They will appear here by day."))}
      {days(t("Tokens by day"), ["prompt_tokens", "completion_tokens"], t("No tokens in this range. They will appear here by day."))}
      {days(t("Cost by day"), ["cost_usd"], t("Nothing was spent in this range. What answers cost will appear here by day."), t("Answers of models without a price are not in it."))}
    </>
  );
}

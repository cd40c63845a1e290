/** How long things take, and what fails. */
import { useTranslation } from "react-i18next";
import type { Metric } from "@/api/shapes";
import { useOverview, useRanking } from "../api/insights";
import { ENDPOINT_COLUMNS, ENDPOINT_SORTS, sortOf } from "../model/rankings";
import type { Scope } from "../model/view";
import { AnalyticsFrame } from "./AnalyticsFrame";
import { FigurePanel } from "./FigurePanel";
import { FigureSheet } from "./FigureSheet";
import { ProviderPanels } from "./ProviderPanels";
import { RankingPanel } from "./RankingPanel";
import { SeriesPanel } from "./SeriesPanel";
import { SubjectPage } from "./SubjectPage";

const PAGE = 25;

export function SpeedSection() {
  const { t } = useTranslation();
  const series = (title: string, kind: "answer" | "first_token" | "request", scope: Scope) => {
    const metrics: Metric[] = [`${kind}_p50`, `${kind}_p95`, `${kind}_p99`];
    const labels = { [`${kind}_p50`]: "p50", [`${kind}_p95`]: "p95", [`${kind}_p99`]: "p99" };
    return <SeriesPanel title={title} scope={scope} form="lines" asked={{ metrics, by: "all" }} labels={labels} emptySentence={t("Nothing was timed in this range. Times will appear here by day.")} />;
  };
  return (
    <AnalyticsFrame section="speed" listed="endpoint">
      {({ scope, view, change, linkTo }) => view.subject !== "" ? (
        <SubjectPage key={view.subject} by="provider" subject={view.subject} scope={scope} back={linkTo("")} backLabel={t("Speed and errors")} />
      ) : (
        <>
          <DurationsPanel scope={scope} />
          {series(t("Time to answer over time"), "answer", scope)}
          {series(t("Time to first token over time"), "first_token", scope)}
          {series(t("Response time of requests over time"), "request", scope)}
          <ProviderPanels scope={scope} />
          <EndpointsPanel scope={scope} wanted={view.sort} onSort={(sort) => change({ sort })} />
        </>
      )}
    </AnalyticsFrame>
  );
}

function DurationsPanel({ scope }: { scope: Scope }) {
  const { t } = useTranslation();
  const answer = useOverview(scope, { by: "all", subject: "" });
  const durations = answer.data?.period.durations;
  const row = (key: "answer" | "first_token" | "request", name: string) => ({ key, name, values: durations ? [durations[key].p50, durations[key].p95, durations[key].p99] : [] });
  const table = durations && {
    head: t("What"),
    columns: ["p50", "p95", "p99"].map((label) => ({ label, unit: "seconds" as const })),
    rows: [row("answer", t("Time to answer")), row("first_token", t("Time to first token")), row("request", t("Response time of requests"))],
  };
  const title = t("How long it takes");
  return (
    <FigurePanel title={title} lead={t("p95: 95 of 100 were at most that long. Each is within 1% of the exact one.")} answer={answer} table={table}
      emptySentence={t("Nothing was timed in this range. Times will appear here.")}>
      {table && <FigureSheet title={title} table={table} />}
    </FigurePanel>
  );
}

function EndpointsPanel({ scope, wanted, onSort }: { scope: Scope; wanted: string; onSort: (sort: string) => void }) {
  const { t } = useTranslation();
  const sort = sortOf(ENDPOINT_SORTS, wanted);
  const answer = useRanking("endpoints", scope, sort, PAGE);
  const rows = answer.data?.pages.flatMap((page) => page.rows);
  return (
    <RankingPanel title={t("Endpoints")} lead={t("Failed is what ended in a fault of ours (5xx).")} head={t("Endpoint")} answer={answer} rows={rows} columns={ENDPOINT_COLUMNS} nameOf={(subject) => subject}
      sorting={{ sorts: ENDPOINT_SORTS, sort, onSort }} isWhole emptySentence={t("No requests in this range. Endpoints will appear here.")} />
  );
}

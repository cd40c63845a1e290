/** What answers cost: by day, model and person, and what the month will come to. */
import { useTranslation } from "react-i18next";
import { useRanking } from "../api/insights";
import { useNames } from "../hooks/use-names";
import { useSectionLink } from "../hooks/use-section-link";
import { MOST_SERIES } from "../model/colours";
import { COST_COLUMNS } from "../model/rankings";
import { subjectName } from "../model/subjects";
import type { Scope } from "../model/view";
import { AnalyticsFrame } from "./AnalyticsFrame";
import { BudgetsPanel } from "./BudgetsPanel";
import { ForecastPanel } from "./ForecastPanel";
import { RankingPanel } from "./RankingPanel";
import { SeriesPanel } from "./SeriesPanel";

const MOST_LISTED = 10;

export function CostSection() {
  const { t } = useTranslation();
  return (
    <AnalyticsFrame section="cost" listed="person">
      {({ scope }) => (
        <>
          <ForecastPanel timezone={scope.timezone} />
          <SeriesPanel title={t("Cost over time")} lead={t("Answers of models without a price are not in it.")} scope={scope} form="bars" asked={{ metrics: ["cost_usd"], by: "all" }}
            emptySentence={t("Nothing was spent in this range. What answers cost will appear here by day.")} />
          <CostByModel scope={scope} />
          <CostByPerson scope={scope} />
          <BudgetsPanel />
        </>
      )}
    </AnalyticsFrame>
  );
}

function CostByModel({ scope }: { scope: Scope }) {
  const { t } = useTranslation();
  const models = useRanking("models", scope, "cost_usd", MOST_SERIES);
  const rows = models.data?.pages.flatMap((page) => page.rows);
  const linkTo = useSectionLink();
  return (
    <>
      <SeriesPanel title={t("Cost by model over time")} lead={t("Of the models that cost most; the others together.")} scope={scope} form="bars" isWanted={rows !== undefined && !models.isPlaceholderData}
        asked={{ metrics: ["cost_usd"], by: "model", subjects: rows?.map(({ subject }) => subject), mostWithOthers: MOST_SERIES }}
        emptySentence={t("Nothing was spent in this range. The cost of each model will appear here.")} />
      <RankingPanel title={t("Cost by model")} head={t("Model")} answer={models} rows={rows} columns={COST_COLUMNS} nameOf={(model) => subjectName("model", model, undefined)}
        linkOf={(model) => linkTo("models", model)} emptySentence={t("Nothing was spent in this range. The cost of each model will appear here.")} />
    </>
  );
}

function CostByPerson({ scope }: { scope: Scope }) {
  const { t } = useTranslation();
  const people = useRanking("users", scope, "cost_usd", MOST_LISTED);
  const rows = people.data?.pages.flatMap((page) => page.rows);
  const names = useNames(rows?.map(({ subject }) => subject) ?? []);
  const linkTo = useSectionLink();
  return (
    <RankingPanel title={t("Cost by person")} head={t("Person")} answer={people} rows={rows} columns={COST_COLUMNS} nameOf={(id) => subjectName("person", id, names)}
      linkOf={(id) => (id === "" ? null : linkTo("people", id))} emptySentence={t("Nothing was spent in this range. Who spends most will appear here.")} />
  );
}

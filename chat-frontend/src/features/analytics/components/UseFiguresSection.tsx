/** Who uses what, and when. */
import { useTranslation } from "react-i18next";
import { useRoles } from "../api/insights";
import { MOST_SERIES } from "../model/colours";
import { ROLE_COLUMNS, rankedTable } from "../model/rankings";
import { subjectName } from "../model/subjects";
import type { Scope } from "../model/view";
import { AnalyticsFrame } from "./AnalyticsFrame";
import { FigurePanel } from "./FigurePanel";
import { FigureSheet } from "./FigureSheet";
import { HeatMapPanel } from "./HeatMapPanel";
import { RetentionPanel } from "./RetentionPanel";
import { SeriesPanel } from "./SeriesPanel";

export function UseFiguresSection() {
  const { t } = useTranslation();
  return (
    <AnalyticsFrame section="use" listed="model">
      {({ scope }) => (
        <>
          <SeriesPanel title={t("Answers by model")} lead={t("Of the models with most messages; the others together.")} scope={scope} form="bars" asked={{ metrics: ["answers"], by: "model", mostWithOthers: MOST_SERIES }}
            emptySentence={t("No answers in this range. They will appear here by model.")} />
          <SeriesPanel title={t("Tokens by model")} lead={t("Of the models with most messages; the others together.")} scope={scope} form="bars" asked={{ metrics: ["total_tokens"], by: "model", mostWithOthers: MOST_SERIES }}
            emptySentence={t("No tokens in this range. They will appear here by model.")} />
          <RolesPanel scope={scope} />
          <HeatMapPanel scope={scope} />
          <RetentionPanel />
        </>
      )}
    </AnalyticsFrame>
  );
}

function RolesPanel({ scope }: { scope: Scope }) {
  const { t } = useTranslation();
  const answer = useRoles(scope);
  const title = t("Messages and tokens by role");
  const table = answer.data && rankedTable(t("Role"), ROLE_COLUMNS, answer.data, (role) => subjectName("role", role, undefined));
  return (
    <FigurePanel title={title} answer={answer} table={table} emptySentence={t("No messages in this range. People’s and models’ will appear here.")}>
      {table && <FigureSheet title={title} table={table} />}
    </FigurePanel>
  );
}

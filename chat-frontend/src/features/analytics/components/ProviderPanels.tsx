/** Who answers in the name of the models: how much, how fast, and how often without success. */
import { useTranslation } from "react-i18next";
import { useRanking } from "../api/insights";
import { useSectionLink } from "../hooks/use-section-link";
import { MOST_SERIES } from "../model/colours";
import { PROVIDER_COLUMNS } from "../model/rankings";
import { subjectName } from "../model/subjects";
import type { Scope } from "../model/view";
import { RankingPanel } from "./RankingPanel";
import { SeriesPanel } from "./SeriesPanel";

const PAGE = 25;

export function ProviderPanels({ scope }: { scope: Scope }) {
  const { t } = useTranslation();
  const answer = useRanking("providers", scope, "messages", PAGE);
  const linkTo = useSectionLink();
  const emptySentence = t("No answers in this range. Providers will appear here with their errors and times.");
  return (
    <>
      <RankingPanel title={t("Providers")} lead={t("Each answer counts for the provider that gave it or failed at it.")} head={t("Provider")} answer={answer} rows={answer.data?.pages.flatMap(({ rows }) => rows)}
        columns={PROVIDER_COLUMNS} nameOf={(provider) => subjectName("provider", provider, undefined)} linkOf={(provider) => (provider === "" ? null : linkTo("speed", provider))} isWhole emptySentence={emptySentence} />
      <SeriesPanel title={t("Answers by provider")} lead={t("Of the providers with most answers; the others together, and those whose provider nobody knows.")} scope={scope} form="bars"
        asked={{ metrics: ["answers"], by: "provider", mostWithOthers: MOST_SERIES }} emptySentence={t("No answers in this range. They will appear here by provider.")} />
      <SeriesPanel title={t("Failed answers by provider")} lead={t("Share of the answers of each day; there is none on days without answers.")} scope={scope} form="lines"
        asked={{ metrics: ["failed_share"], by: "provider" }} emptySentence={t("No answer failed in this range. Failures will appear here by provider.")} />
      <SeriesPanel title={t("Time to first token by provider")} lead={t("p95: 95 of 100 answers began within that time.")} scope={scope} form="lines"
        asked={{ metrics: ["first_token_p95"], by: "provider" }} emptySentence={t("Nothing was timed in this range. Times will appear here by provider.")} />
    </>
  );
}

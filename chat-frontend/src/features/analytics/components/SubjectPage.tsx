/** The figures of one person, model, provider or conversation. */
import { useTranslation } from "react-i18next";
import type { Cut } from "@/api/shapes";
import { useNames } from "../hooks/use-names";
import { subjectName } from "../model/subjects";
import type { Scope } from "../model/view";
import { SubjectHead } from "./AnalyticsFrame";
import { SeriesPanel } from "./SeriesPanel";
import { SummaryCards } from "./SummaryCards";

// Nobody asks for them by name: they answer, and it is known how fast.
const ANSWERING: Cut[] = ["model", "provider"];

interface SubjectPageProps {
  by: Cut;
  subject: string;
  scope: Scope;
  back: string;
  backLabel: string;
}

export function SubjectPage({ by, subject, scope, back, backLabel }: SubjectPageProps) {
  const { t } = useTranslation();
  const names = useNames(by === "person" ? [subject] : []);
  const asked = { by, subjects: [subject] };
  const isAnswering = ANSWERING.includes(by);
  return (
    <>
      <SubjectHead name={subjectName(by, subject, names)} id={subject} back={back} backLabel={backLabel} />
      <SummaryCards scope={scope} about={{ by, subject }} />
      <SeriesPanel title={t("Messages over time")} scope={scope} form="bars" asked={{ ...asked, metrics: isAnswering ? ["answers"] : ["questions", "answers"] }}
        labels={{ questions: t("Questions"), answers: t("Answers") }} emptySentence={t("No messages in this range. They will appear here by day.")} />
      <SeriesPanel title={t("Tokens over time")} scope={scope} form="bars" asked={{ ...asked, metrics: ["prompt_tokens", "completion_tokens"] }}
        labels={{ prompt_tokens: t("Read"), completion_tokens: t("Written") }} emptySentence={t("No tokens in this range. They will appear here by day.")} />
      <SeriesPanel title={t("Cost over time")} lead={t("Answers of models without a price are not in it.")} scope={scope} form="bars" asked={{ ...asked, metrics: ["cost_usd"] }}
        labels={{ cost_usd: t("Cost") }} emptySentence={t("Nothing was spent in this range. What answers cost will appear here by day.")} />
      {isAnswering && (
        <>
          <SeriesPanel title={t("Failed answers over time")} lead={t("Share of the answers of each day; there is none on days without answers.")} scope={scope} form="lines" asked={{ ...asked, metrics: ["failed_share"] }}
            labels={{ failed_share: t("Share of failed answers") }} emptySentence={t("No answer failed in this range. Failures will appear here by day.")} />
          <SeriesPanel title={t("Time to first token over time")} scope={scope} form="lines" asked={{ ...asked, metrics: ["first_token_p50", "first_token_p95", "first_token_p99"] }}
            labels={{ first_token_p50: "p50", first_token_p95: "p95", first_token_p99: "p99" }} emptySentence={t("Nothing was timed in this range. Times will appear here by day.")} />
          <SeriesPanel title={t("Time to answer over time")} scope={scope} form="lines" asked={{ ...asked, metrics: ["answer_p50", "answer_p95", "answer_p99"] }}
            labels={{ answer_p50: "p50", answer_p95: "p95", answer_p99: "p99" }} emptySentence={t("Nothing was timed in this range. Times will appear here by day.")} />
        </>
      )}
    </>
  );
}

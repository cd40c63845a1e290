/** Everything at a glance. */
import { useTranslation } from "react-i18next";
import { useRanking } from "../api/insights";
import { CONVERSATION_COLUMNS } from "../model/rankings";
import { subjectName } from "../model/subjects";
import type { Scope } from "../model/view";
import { AnalyticsFrame } from "./AnalyticsFrame";
import { RankingPanel } from "./RankingPanel";
import { SeriesPanel } from "./SeriesPanel";
import { SummaryCards } from "./SummaryCards";
import { useSectionLink } from "../hooks/use-section-link";

const TOP = 5;

export function OverviewSection() {
  const { t } = useTranslation();
  return (
    <AnalyticsFrame section="overview">
      {({ scope }) => (
        <>
          <SummaryCards scope={scope} about={{ by: "all", subject: "" }} />
          <SeriesPanel title={t("Messages over time")} scope={scope} form="bars" asked={{ metrics: ["questions", "answers"], by: "all" }}
            labels={{ questions: t("Questions"), answers: t("Answers") }} emptySentence={t("No messages in this range. They will appear here by day.")} />
          <SeriesPanel title={t("Active people over time")} lead={t("People with an event, by UTC days.")} scope={scope} form="bars"
            asked={{ metrics: ["active_people"], by: "all" }} emptySentence={t("Nobody was active in this range. People will appear here by day.")} />
          <TopConversations scope={scope} />
        </>
      )}
    </AnalyticsFrame>
  );
}

const nameOf = (subject: string) => subjectName("conversation", subject, undefined);

function TopConversations({ scope }: { scope: Scope }) {
  const { t } = useTranslation();
  const answer = useRanking("conversations", scope, "messages", TOP);
  const linkTo = useSectionLink();
  return (
    <RankingPanel title={t("Top conversations")} lead={t("By their ids: titles never leave the chat.")} head={t("Conversation")} answer={answer} rows={answer.data?.pages.flatMap(({ rows }) => rows)}
      columns={CONVERSATION_COLUMNS} nameOf={nameOf} linkOf={(subject) => (subject === "" ? null : linkTo("conversations", subject))}
      emptySentence={t("No messages in this range. The busiest conversations will appear here.")} />
  );
}

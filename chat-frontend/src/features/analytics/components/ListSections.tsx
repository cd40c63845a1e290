/** The lists of people, conversations and models, and behind each row the figures of one. */
import { useTranslation } from "react-i18next";
import { useRanking } from "../api/insights";
import { useNames } from "../hooks/use-names";
import type { ViewChoice } from "../hooks/use-view";
import { CONVERSATION_COLUMNS, MODEL_COLUMNS, PERSON_COLUMNS, SORTS, sortOf } from "../model/rankings";
import { subjectName } from "../model/subjects";
import { AnalyticsFrame } from "./AnalyticsFrame";
import { RankingPanel } from "./RankingPanel";
import { SubjectPage } from "./SubjectPage";

const PAGE = 25;

function sortingOf({ view, change }: ViewChoice) {
  return { sorts: SORTS, sort: sortOf(SORTS, view.sort), onSort: (sort: string) => change({ sort }) };
}

export function PeopleFiguresSection() {
  const { t } = useTranslation();
  return (
    <AnalyticsFrame section="people" listed="person">
      {(choice) => (choice.view.subject === "" ? <PeopleFigures choice={choice} />
        : <SubjectPage key={choice.view.subject} by="person" subject={choice.view.subject} scope={choice.scope} back={choice.linkTo("")} backLabel={t("All people")} />)}
    </AnalyticsFrame>
  );
}

function PeopleFigures({ choice }: { choice: ViewChoice }) {
  const { t } = useTranslation();
  const sorting = sortingOf(choice);
  const answer = useRanking("users", choice.scope, sorting.sort, PAGE);
  const rows = answer.data?.pages.flatMap((page) => page.rows);
  const names = useNames(rows?.map(({ subject }) => subject) ?? []);
  return (
    <RankingPanel title={t("People")} head={t("Person")} answer={answer} rows={rows} columns={PERSON_COLUMNS} nameOf={(id) => subjectName("person", id, names)} isWhole
      linkOf={(id) => (id === "" ? null : choice.linkTo(id))} sorting={sorting} emptySentence={t("Nobody was active in this range. People and their figures will appear here.")} />
  );
}

export function ConversationFiguresSection() {
  const { t } = useTranslation();
  return (
    <AnalyticsFrame section="conversations" listed="conversation">
      {(choice) => (choice.view.subject === "" ? <ConversationFigures choice={choice} />
        : <SubjectPage key={choice.view.subject} by="conversation" subject={choice.view.subject} scope={choice.scope} back={choice.linkTo("")} backLabel={t("All conversations")} />)}
    </AnalyticsFrame>
  );
}

function ConversationFigures({ choice }: { choice: ViewChoice }) {
  const { t } = useTranslation();
  const sorting = sortingOf(choice);
  const answer = useRanking("conversations", choice.scope, sorting.sort, PAGE);
  const rows = answer.data?.pages.flatMap((page) => page.rows);
  return (
    <RankingPanel title={t("Conversations")} head={t("Conversation")} answer={answer} rows={rows} columns={CONVERSATION_COLUMNS} nameOf={(id) => subjectName("conversation", id, undefined)} isWhole
      linkOf={(id) => (id === "" ? null : choice.linkTo(id))} sorting={sorting} emptySentence={t("No messages in this range. The busiest conversations will appear here.")} />
  );
}

export function ModelFiguresSection() {
  const { t } = useTranslation();
  return (
    <AnalyticsFrame section="models" listed="model">
      {(choice) => (choice.view.subject === "" ? <ModelFigures choice={choice} />
        : <SubjectPage key={choice.view.subject} by="model" subject={choice.view.subject} scope={choice.scope} back={choice.linkTo("")} backLabel={t("All models")} />)}
    </AnalyticsFrame>
  );
}

function ModelFigures({ choice }: { choice: ViewChoice }) {
  const { t } = useTranslation();
  const sorting = sortingOf(choice);
  const answer = useRanking("models", choice.scope, sorting.sort, PAGE);
  const rows = answer.data?.pages.flatMap((page) => page.rows);
  return (
    <RankingPanel title={t("Models")} head={t("Model")} answer={answer} rows={rows} columns={MODEL_COLUMNS} nameOf={(model) => subjectName("model", model, undefined)} isWhole
      linkOf={(model) => (model === "" ? null : choice.linkTo(model))} sorting={sorting} emptySentence={t("No answers in this range. Models with their times and thumbs will appear here.")} />
  );
}

/** A chat of which nothing is kept: its messages, and the field for the next one. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useModels } from "@/api/models";
import { MessageCircleDashed } from "@/components/icons";
import { useLeavingQuestion } from "@/components/use-leaving-question";
import { useComposerFocus } from "../hooks/use-composer-focus";
import type { MessageActions } from "../hooks/use-message-actions";
import { useTemporarySession } from "../hooks/use-temporary-session";
import { contextStart } from "../model/context-use";
import { AnswerAnnouncer } from "./AnswerAnnouncer";
import { ChatHeader } from "./ChatHeader";
import classes from "./ChatPane.module.css";
import { Composer } from "./Composer";
import { ContextGauge } from "./ContextGauge";
import { ContextStart } from "./ContextLine";
import { DemonstrationNotice } from "./DemonstrationNotice";
import { MessageList } from "./MessageList";
import { ModelMenu } from "./ModelMenu";
import { QuietNotice } from "./QuietNotice";

const nothingOlder = () => Promise.resolve();

export function TemporaryPane() {
  const { t } = useTranslation();
  const { session, messages } = useTemporarySession();
  const models = useModels().data ?? [];
  const [model, setModel] = useState<string | null>(null);
  const chosenModel = models.find(({ id, is_default }) => (model === null ? is_default : id === model));
  const [draft, setDraft] = useState("");
  const input = useComposerFocus();
  const isWriting = messages.at(-1)?.status === "streaming";
  useLeavingQuestion(messages.length > 0 || draft !== "");
  const actions = useMemo<MessageActions>(() => ({ askAgain: (key) => session.askAgain(key, model), stored: null }), [session, model]);
  const send = (text: string) => {
    session.ask(text, model);
    setDraft("");
  };
  return (
    <>
      <ChatHeader title={t("Temporary chat")} choices={<ModelMenu models={models} chosen={model} onChoose={setModel} />}
        figures={<ContextGauge messages={messages} windowTokens={chosenModel?.context_tokens ?? null} />} />
      <ContextStart.Provider value={contextStart(messages)}>
        <MessageList messages={messages} isAwaitingReply={false} hasOlder={false} onLoadOlder={nothingOlder} actions={actions} sought={null} isBusy={isWriting}>
          {messages.length === 0 && <p className={classes.empty}>{t("Ask anything to begin this conversation.")}</p>}
        </MessageList>
      </ContextStart.Provider>
      <div className={classes.foot}>
        <QuietNotice Icon={MessageCircleDashed}>
          {t("Nothing of this chat is kept: leaving or reloading the page ends it. Its use is counted like any other.")}
        </QuietNotice>
        <DemonstrationNotice models={models} />
        <Composer draft={draft} onDraftChange={setDraft} onSend={send} inputRef={input} isBusy={isWriting} onStop={isWriting ? () => session.stop() : null} />
      </div>
      <AnswerAnnouncer messages={messages} isAwaitingReply={false} />
    </>
  );
}

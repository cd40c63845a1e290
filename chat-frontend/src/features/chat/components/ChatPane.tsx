/** One conversation: its messages, its connection, and the field for the next message. */
import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { isNotFound, sentenceOf } from "@/api/problem";
import type { Session } from "@/api/session";
import type { Conversation } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import type { LiveMessage } from "@/realtime/conversation-state";
import { useModels } from "@/api/models";
import { useComposerFocus } from "../hooks/use-composer-focus";
import { useConversationSession } from "../hooks/use-conversation-session";
import { useDraft } from "../hooks/use-draft";
import { useMessageActions } from "../hooks/use-message-actions";
import { useReturnedText } from "../hooks/use-returned-text";
import { type Sought, useSoughtMessage } from "../hooks/use-sought-message";
import { contextStart } from "../model/context-use";
import { AnswerAnnouncer } from "./AnswerAnnouncer";
import { ChatHeader } from "./ChatHeader";
import classes from "./ChatPane.module.css";
import { Composer } from "./Composer";
import { ConnectionBadge, ConnectionTrouble } from "./ConnectionBadge";
import { ContextGauge } from "./ContextGauge";
import { ContextStart } from "./ContextLine";
import { ConversationCost } from "./ConversationCost";
import { ConversationMissing } from "./ConversationMissing";
import { DemonstrationNotice } from "./DemonstrationNotice";
import { LoadingMessages } from "./LoadingMessages";
import { MessageList } from "./MessageList";
import { ModelMenu } from "./ModelMenu";

interface ChatPaneProps {
  conversationId: string;
  conversation: Conversation | undefined;
  session: Session;
  onActivity: () => void;
  onModelChosen: (modelId: string) => void;
  sought?: Sought | null;
  /** Chooses a persona, beside the model. */
  personas?: ReactNode;
}

/** What the list of conversations shows depends on these. */
function activityOf(messages: LiveMessage[], title: string | null): string {
  const last = messages.at(-1);
  return `${title} ${last?.id} ${last?.status}`;
}

export function ChatPane({ conversationId, conversation, session, onActivity, onModelChosen, sought = null, personas }: ChatPaneProps) {
  const { t } = useTranslation();
  const { session: live, view } = useConversationSession(conversationId, session);
  const { messages, awaitingReplyTo, pendingBranch, title, notice } = view.conversation;
  const { connection, history } = view;
  const [draft, setDraft] = useDraft(session.username, conversationId);
  const models = useModels().data ?? [];
  const chosenModel = models.find(({ id }) => id === conversation?.model) ?? models.find(({ is_default }) => is_default);
  const input = useComposerFocus();
  const streaming = messages.findLast(({ status }) => status === "streaming");
  const isSending = messages.some(({ status }) => status === "sending");
  const activity = activityOf(messages, title);
  const isLoaded = history.phase === "loaded";

  useEffect(() => {
    if (isLoaded) onActivity();
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the activity is what there is to tell of
  }, [activity, isLoaded, onActivity]);

  const send = (text: string) => {
    live.send(text, null);
    setDraft("");
  };
  const takeBack = (clientId: string) => {
    const message = messages.find((one) => one.clientId === clientId);
    live.discard(clientId);
    if (message) setDraft([message.content, draft].filter(Boolean).join("\n\n"));
    input.current?.focus();
  };
  const [failure, setFailure] = useState<string | null>(null);
  const onText = (text: string) => setDraft([text, draft].filter(Boolean).join("\n\n"));
  useReturnedText(view.conversation, { takeBack, onText, onRefusal: setFailure });
  const actions = useMessageActions(live, conversationId, { takeBack, onFailure: setFailure });
  useSoughtMessage(sought, { live, conversationId, view, onFailure: setFailure });
  const isMissing =
    (connection.phase === "failed" && connection.code === 4404) || (history.phase === "failed" && isNotFound(history.error));
  if (isMissing) return <ConversationMissing />;

  const isAsking = awaitingReplyTo !== null || pendingBranch !== null;
  const isAwaitingReply = isAsking && streaming === undefined && connection.phase === "open";
  const isBusy = isSending || isAwaitingReply;
  return (
    <>
      <ChatHeader title={title ?? conversation?.title ?? t("Conversation")}
        choices={<>{personas}<ModelMenu models={models} chosen={conversation?.model ?? null} onChoose={onModelChosen} /></>}
        figures={(
          <>
            <ContextGauge messages={messages} windowTokens={chosenModel?.context_tokens ?? null} />
            <ConversationCost usd={conversation?.cost_usd ?? 0} />
            <ConnectionBadge connection={connection} />
          </>
        )} />
      {history.phase === "failed" && (
        <ErrorNotice sentence={sentenceOf(history.error)} onRetry={() => live.reconnect()} />
      )}
      {history.phase === "loading" && messages.length === 0 ? (
        <LoadingMessages />
      ) : (
        <ContextStart.Provider value={contextStart(messages)}>
          <MessageList messages={messages} isAwaitingReply={isAwaitingReply} hasOlder={isLoaded && history.olderCursor !== null}
            onLoadOlder={() => live.loadOlder()}
            actions={actions} sought={sought} isBusy={isBusy || streaming !== undefined}>
            {isLoaded && messages.length === 0 && <p className={classes.empty}>{t("Ask anything to begin this conversation.")}</p>}
          </MessageList>
        </ContextStart.Provider>
      )}
      <div className={classes.foot}>
        <ConnectionTrouble connection={connection} onReconnect={() => live.reconnect()} />
        {notice !== null && connection.phase === "open" && (
          <ErrorNotice sentence={notice.message} retryLabel={t("Dismiss")} onRetry={() => live.dismissNotice()} />
        )}
        {failure !== null && <ErrorNotice sentence={failure} retryLabel={t("Dismiss")} onRetry={() => setFailure(null)} />}
        <DemonstrationNotice models={models} />
        <Composer draft={draft} onDraftChange={setDraft} onSend={send} inputRef={input} isBusy={isBusy}
          onStop={streaming?.id ? () => live.stop(streaming.id ?? "") : null} />
      </div>
      <AnswerAnnouncer messages={messages} isAwaitingReply={isAwaitingReply} />
    </>
  );
}

/** An answer, how it ended, and what can be done about it. */
import { ActionIcon, Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Check, CircleAlert, Copy, Play, RefreshCw, Sparkles } from "@/components/icons";
import type { LiveMessage } from "@/realtime/conversation-state";
import type { MessageActions } from "../hooks/use-message-actions";
import { canAskAgain, canGoOn, outcomeSentence } from "../model/outcomes";
import { AnswerCost } from "./AnswerCost";
import { AnswerFeedback } from "./AnswerFeedback";
import actionClasses from "./MessageActions.module.css";
import classes from "./MessageArticle.module.css";
import { Reasoning } from "./Reasoning";
import { SiblingSwitch } from "./SiblingSwitch";
import { Thinking } from "./Thinking";

// The largest part of the page, needed with the first answer. Until it is there, the answer shows as it was written.
const StreamingMarkdown = lazy(() =>
  import("../markdown/StreamingMarkdown").then((module) => ({ default: module.StreamingMarkdown })),
);

interface AssistantMessageProps {
  message: LiveMessage;
  actions: MessageActions;
  isBusy: boolean;
  position: number;
  count: number;
}

export function AssistantMessage({ message, actions, isBusy, position, count }: AssistantMessageProps) {
  const { t } = useTranslation();
  const { status, content } = message;
  const isStreaming = status === "streaming";
  return (
    <article className={classes.assistant} tabIndex={-1} aria-label={t("Assistant")} aria-posinset={position} aria-setsize={count} data-status={status} aria-busy={isStreaming}>
      <span className={classes.avatar} aria-hidden><Sparkles size={16} /></span>
      <div className={classes.answer}>
        <Reasoning message={message} />
        {content === "" && isStreaming && message.reasoning === null && <Thinking />}
        {content !== "" && (
          <Suspense fallback={<div className={classes.plain}>{content}</div>}>
            <StreamingMarkdown text={content} isStreaming={isStreaming} />
          </Suspense>
        )}
        <Outcome message={message} actions={actions} isBusy={isBusy} />
        {!isStreaming && <Footer message={message} actions={actions} isBusy={isBusy} />}
      </div>
    </article>
  );
}

type PartProps = Pick<AssistantMessageProps, "message" | "actions" | "isBusy">;

function Outcome({ message, actions: { askAgain, stored }, isBusy }: PartProps) {
  const { t } = useTranslation();
  const { id, status } = message;
  const sentence = outcomeSentence(message);
  if (sentence === null) return null;
  return (
    <div className={classes.outcome} data-kind={status}>
      <CircleAlert size={16} aria-hidden />
      <span>{sentence}</span>
      {id !== null && stored !== null && canGoOn(message) && (
        <Button size="compact-sm" variant="light" disabled={isBusy} leftSection={<Play size={14} aria-hidden />} onClick={() => stored.goOn(id)}>
          {t("Continue writing")}
        </Button>
      )}
      {id !== null && canAskAgain(message) && (
        <Button size="compact-sm" variant="light" disabled={isBusy} leftSection={<RefreshCw size={14} aria-hidden />} onClick={() => askAgain(id)}>
          {t("Ask again")}
        </Button>
      )}
    </div>
  );
}

function Footer({ message, actions: { stored }, isBusy }: PartProps) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 2000 });
  const copyLabel = clipboard.copied ? t("Answer copied") : t("Copy answer");
  const { id, content, model } = message;
  return (
    <footer className={`${classes.footer} ${actionClasses.bar}`}>
      <SiblingSwitch message={message} onShow={isBusy || stored === null ? null : stored.show} />
      {content !== "" && (
        <ActionIcon data-hint variant="subtle" color="gray" size="sm" aria-label={copyLabel} onClick={() => clipboard.copy(content)}>
          {clipboard.copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        </ActionIcon>
      )}
      {id !== null && stored !== null && (
        <ActionIcon data-hint variant="subtle" color="gray" size="sm" aria-label={t("Another answer")} disabled={isBusy} onClick={() => stored.another(id)}>
          <RefreshCw size={14} aria-hidden />
        </ActionIcon>
      )}
      {model !== null && <span>{model}</span>}
      <AnswerCost cost={message.cost} usage={message.usage} />
      {id !== null && stored !== null && <AnswerFeedback messageId={id} feedback={message.feedback} onRate={stored.rate} />}
    </footer>
  );
}

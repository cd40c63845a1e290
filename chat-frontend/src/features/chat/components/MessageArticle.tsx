/** One message with what became of it. */
import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { lazy, memo, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { Check, CircleAlert, Copy, RefreshCw, Sparkles } from "@/components/icons";
import type { LiveMessage } from "@/realtime/conversation-state";
import { canAskAgain, outcomeSentence } from "../model/outcomes";
import classes from "./MessageArticle.module.css";
import { Thinking } from "./Thinking";

// The largest part of the page, needed with the first answer. Until it is there, the answer shows as it was written.
const StreamingMarkdown = lazy(() =>
  import("../markdown/StreamingMarkdown").then((module) => ({ default: module.StreamingMarkdown })),
);

interface MessageArticleProps {
  message: LiveMessage;
  onAskAgain: ((answer: LiveMessage) => void) | null;
  onResend: (clientId: string) => void;
  onDiscard: (clientId: string) => void;
}

export const MessageArticle = memo(function MessageArticle(props: MessageArticleProps) {
  return props.message.role === "user" ? <UserMessage {...props} /> : <AssistantMessage {...props} />;
});

function UserMessage({ message, onResend, onDiscard }: MessageArticleProps) {
  const { t } = useTranslation();
  const { clientId, status, content, error } = message;
  return (
    <article className={classes.user} aria-label={t("You")} data-status={status}>
      <div className={classes.bubble} data-waiting={status === "sending" || undefined}>{content}</div>
      {status === "refused" && clientId !== null && (
        <div className={classes.trouble} role="alert">
          <span>{error?.message ?? t("This message was not sent.")}</span>
          <Button size="compact-sm" variant="light" onClick={() => onResend(clientId)}>{t("Send again")}</Button>
          <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onDiscard(clientId)}>{t("Back to draft")}</Button>
        </div>
      )}
    </article>
  );
}

function AssistantMessage({ message, onAskAgain }: MessageArticleProps) {
  const { t } = useTranslation();
  const { status, content, model } = message;
  const isStreaming = status === "streaming";
  const outcome = outcomeSentence(message);
  return (
    <article className={classes.assistant} aria-label={t("Assistant")} data-status={status} aria-busy={isStreaming}>
      <span className={classes.avatar} aria-hidden><Sparkles size={16} /></span>
      <div className={classes.answer}>
        {content === "" && isStreaming && <Thinking />}
        {content !== "" && (
          <Suspense fallback={<div className={classes.plain}>{content}</div>}>
            <StreamingMarkdown text={content} isStreaming={isStreaming} />
          </Suspense>
        )}
        {outcome !== null && (
          <div className={classes.outcome} data-kind={status}>
            <CircleAlert size={16} aria-hidden />
            <span>{outcome}</span>
            {onAskAgain && canAskAgain(message) && (
              <Button size="compact-sm" variant="light" leftSection={<RefreshCw size={14} aria-hidden />} onClick={() => onAskAgain(message)}>
                {t("Ask again")}
              </Button>
            )}
          </div>
        )}
        {!isStreaming && content !== "" && <AnswerFooter content={content} model={model} />}
      </div>
    </article>
  );
}

function AnswerFooter({ content, model }: { content: string; model: string | null }) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 2000 });
  const label = clipboard.copied ? t("Answer copied") : t("Copy answer");
  return (
    <footer className={classes.footer}>
      <Tooltip label={label}>
        <ActionIcon variant="subtle" color="gray" size="sm" aria-label={label} onClick={() => clipboard.copy(content)}>
          {clipboard.copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
        </ActionIcon>
      </Tooltip>
      {model !== null && <span>{model}</span>}
    </footer>
  );
}

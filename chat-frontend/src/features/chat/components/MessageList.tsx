/** The messages, which stay at the end while the reader is there. */
import { ActionIcon, Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useStickToBottom } from "use-stick-to-bottom";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { ArrowDown, Sparkles } from "@/components/icons";
import type { LiveMessage } from "@/realtime/conversation-state";
import type { MessageActions } from "../hooks/use-message-actions";
import { MessageArticle } from "./MessageArticle";
import article from "./MessageArticle.module.css";
import classes from "./MessageList.module.css";
import { Thinking } from "./Thinking";

interface MessageListProps {
  messages: LiveMessage[];
  isAwaitingReply: boolean;
  hasOlder: boolean;
  onLoadOlder: () => Promise<void>;
  actions: MessageActions;
  isBusy: boolean;
  children?: ReactNode;
}

export function MessageList(props: MessageListProps) {
  const { t } = useTranslation();
  const { scrollRef, contentRef, isAtBottom, scrollToBottom } = useStickToBottom({ initial: "instant", resize: "instant" });
  return (
    <div className={classes.frame}>
      <div ref={scrollRef} className={classes.scroll} role="region" aria-label={t("Messages")} tabIndex={0}>
        <div ref={contentRef} className={classes.content}>
          {props.hasOlder && <OlderMessages onLoad={props.onLoadOlder} />}
          {props.messages.map((message) => (
            <MessageArticle key={message.key} message={message} actions={props.actions} isBusy={props.isBusy} />
          ))}
          {props.isAwaitingReply && (
            <div className={article.assistant}>
              <span className={article.avatar} aria-hidden><Sparkles size={16} /></span>
              <div className={article.answer}><Thinking /></div>
            </div>
          )}
          {props.children}
        </div>
      </div>
      {!isAtBottom && (
        <ActionIcon className={classes.toEnd} radius="xl" size="lg" variant="default" aria-label={t("Go to the newest message")}
          onClick={() => void scrollToBottom()}>
          <ArrowDown size={18} aria-hidden />
        </ActionIcon>
      )}
    </div>
  );
}

function OlderMessages({ onLoad }: { onLoad: () => Promise<void> }) {
  const { t } = useTranslation();
  const [state, setState] = useState<{ isLoading: boolean; error: string | null }>({ isLoading: false, error: null });
  const load = () => {
    setState({ isLoading: true, error: null });
    onLoad().then(
      () => setState({ isLoading: false, error: null }),
      (error: unknown) => setState({ isLoading: false, error: sentenceOf(error) }),
    );
  };
  if (state.error !== null) return <ErrorNotice sentence={state.error} onRetry={load} />;
  return (
    <Button variant="subtle" className={classes.older} loading={state.isLoading} onClick={load}>
      {t("Show earlier messages")}
    </Button>
  );
}

/** The messages, which stay at the end while the reader is there. Of long histories only what is near the view is drawn. */
import { ActionIcon } from "@mantine/core";
import { usePrevious } from "@mantine/hooks";
import { type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { ArrowDown, Sparkles } from "@/components/icons";
import { SharedTooltip } from "@/components/SharedTooltip";
import type { LiveMessage } from "@/realtime/conversation-state";
import { useFollowEnd } from "../hooks/use-follow-end";
import { useKeptMessages } from "../hooks/use-kept-messages";
import { useMessageKeys } from "../hooks/use-message-keys";
import type { MessageActions } from "../hooks/use-message-actions";
import { useOlderMessages } from "../hooks/use-older-messages";
import type { Sought } from "../hooks/use-sought-message";
import { MessageArticle } from "./MessageArticle";
import { MessageFeed } from "./MessageFeed";
import article from "./MessageArticle.module.css";
import classes from "./MessageList.module.css";
import { OlderMessages } from "./OlderMessages";
import { Thinking } from "./Thinking";

interface MessageListProps {
  messages: LiveMessage[];
  isAwaitingReply: boolean;
  hasOlder: boolean;
  onLoadOlder: () => Promise<void>;
  actions: MessageActions;
  isBusy: boolean;
  /** The message to lead the reader to, once it is there. */
  sought: Sought | null;
  children?: ReactNode;
}

/** Whether messages came before those that were there: then the view stays where it is, seen from the end. */
function usePrepending(messages: LiveMessage[]): boolean {
  const before = usePrevious(messages)?.[0]?.key;
  return before !== undefined && before !== messages[0]?.key && messages.some(({ key }) => key === before);
}

export function MessageList({ messages, hasOlder, ...props }: MessageListProps) {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const { isAtEnd, goToEnd, leaveEnd } = useFollowEnd(scroll, content);
  const feed = useRef<HTMLDivElement>(null);
  const virtualizer = useRef<VirtualizerHandle>(null);
  const [feedTop, setFeedTop] = useState(0);
  const older = useOlderMessages(hasOlder, props.onLoadOlder);
  const { kept, onFocus } = useKeptMessages(messages);
  const isPrepending = usePrepending(messages);
  useMessageKeys(feed);
  const shownVisit = useRef<string | null>(null);
  const soughtIndex = props.sought === null ? -1 : messages.findIndex(({ id }) => id === props.sought?.messageId);
  useEffect(() => {
    if (props.sought === null || soughtIndex === -1 || shownVisit.current === props.sought.visit) return;
    shownVisit.current = props.sought.visit;
    leaveEnd();
    virtualizer.current?.scrollToIndex(soughtIndex, { align: "center" });
  });
  useLayoutEffect(() => {
    if (feed.current !== null) setFeedTop(feed.current.offsetTop);
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- what stands above the messages comes and never goes
  }, [older.isOffered]);
  return (
    <div className={classes.frame}>
      <div ref={scroll} className={classes.scroll} role="region" aria-label={t("Messages")} tabIndex={0}>
        <div ref={content} className={classes.content}>
          {older.isOffered && <OlderMessages {...older} />}
          <div ref={feed} onFocus={onFocus}>
            <Virtualizer ref={virtualizer} as={MessageFeed} data={messages} scrollRef={scroll} startMargin={feedTop} shift={isPrepending}
              keepMounted={kept} onScroll={older.onScroll}>
              {(message, index) => (
                <div key={message.key} className={classes.item} data-key={message.key} data-sought={index === soughtIndex || undefined}>
                  <MessageArticle message={message} actions={props.actions} isBusy={props.isBusy} position={index + 1}
                    count={hasOlder ? -1 : messages.length} />
                </div>
              )}
            </Virtualizer>
          </div>
          {props.isAwaitingReply && (
            <div className={article.assistant}>
              <span className={article.avatar} aria-hidden><Sparkles size={16} /></span>
              <div className={article.answer}><Thinking /></div>
            </div>
          )}
          {props.children}
        </div>
      </div>
      <SharedTooltip within={feed} />
      {!isAtEnd && (
        <ActionIcon className={classes.toEnd} radius="xl" size="lg" variant="default" aria-label={t("Go to the newest message")}
          onClick={goToEnd}>
          <ArrowDown size={18} aria-hidden />
        </ActionIcon>
      )}
    </div>
  );
}

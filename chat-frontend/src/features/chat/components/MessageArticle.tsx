/** One message with what became of it; drawn anew only when it changes itself, or what can be done about it. */
import { memo } from "react";
import type { LiveMessage } from "@/realtime/conversation-state";
import type { MessageActions } from "../hooks/use-message-actions";
import { AssistantMessage } from "./AssistantMessage";
import { ContextLine } from "./ContextLine";
import { UserMessage } from "./UserMessage";

interface MessageArticleProps {
  message: LiveMessage;
  actions: MessageActions;
  /** Something is being sent or written: no branch can begin. */
  isBusy: boolean;
  /** Where it stands among those that are loaded, from 1 on, and how many there are (-1: not known yet). */
  position: number;
  count: number;
}

export const MessageArticle = memo(function MessageArticle(props: MessageArticleProps) {
  return (
    <>
      <ContextLine messageKey={props.message.key} />
      {props.message.role === "user" ? <UserMessage {...props} /> : <AssistantMessage {...props} />}
    </>
  );
});

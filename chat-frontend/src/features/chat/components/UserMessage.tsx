/** A message of the person's own: edited, sent again, or taken back. */
import { ActionIcon, Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Pencil } from "@/components/icons";
import type { LiveMessage } from "@/realtime/conversation-state";
import type { MessageActions, StoredMessageActions } from "../hooks/use-message-actions";
import actionClasses from "./MessageActions.module.css";
import classes from "./MessageArticle.module.css";
import { MessageEditor } from "./MessageEditor";
import { SiblingSwitch } from "./SiblingSwitch";

interface UserMessageProps {
  message: LiveMessage;
  actions: MessageActions;
  isBusy: boolean;
  position: number;
  count: number;
}

export function UserMessage({ message, actions: { stored }, isBusy, position, count }: UserMessageProps) {
  const { t } = useTranslation();
  const [isEditing, setIsEditing] = useState(false);
  const { id, status, content } = message;
  if (isEditing && id !== null && stored !== null) {
    const send = (text: string) => {
      setIsEditing(false);
      stored.edit(id, text);
    };
    return (
      <article className={classes.user} tabIndex={-1} aria-label={t("You")} aria-posinset={position} aria-setsize={count} data-status={status}>
        <MessageEditor content={content} onSend={send} onCancel={() => setIsEditing(false)} />
      </article>
    );
  }
  return (
    <article className={classes.user} tabIndex={-1} aria-label={t("You")} aria-posinset={position} aria-setsize={count} data-status={status}>
      <div className={classes.bubble} data-waiting={status === "sending" || undefined}>{content}</div>
      {stored !== null && <Refusal message={message} stored={stored} />}
      {id !== null && stored !== null && (
        <div className={actionClasses.bar}>
          <SiblingSwitch message={message} onShow={isBusy ? null : stored.show} />
          <ActionIcon data-hint variant="subtle" color="gray" size="sm" aria-label={t("Edit message")} disabled={isBusy} onClick={() => setIsEditing(true)}>
            <Pencil size={14} aria-hidden />
          </ActionIcon>
        </div>
      )}
    </article>
  );
}

function Refusal({ message: { status, clientId, error }, stored }: { message: LiveMessage; stored: StoredMessageActions }) {
  const { t } = useTranslation();
  if (status !== "refused" || clientId === null) return null;
  return (
    <div className={classes.trouble} role="alert">
      <span>{error?.message ?? t("This message was not sent.")}</span>
      <Button size="compact-sm" variant="light" onClick={() => stored.resend(clientId)}>{t("Send again")}</Button>
      <Button size="compact-sm" variant="subtle" color="gray" onClick={() => stored.takeBack(clientId)}>{t("Back to draft")}</Button>
    </div>
  );
}

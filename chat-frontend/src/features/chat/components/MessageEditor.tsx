/** Another text in the place of one's own message. Enter sends it as in the composer, Escape leaves the message as it was. */
import { Button, Textarea } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { refusalOf } from "../model/limits";
import { isSendingKey } from "../model/sending-key";
import classes from "./MessageActions.module.css";

interface MessageEditorProps {
  content: string;
  onSend: (content: string) => void;
  onCancel: () => void;
}

export function MessageEditor({ content, onSend, onCancel }: MessageEditorProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(content);
  const refusal = refusalOf(text);
  const canSend = text.trim() !== "" && text.trim() !== content && refusal === null;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onCancel();
    if (!isSendingKey(event)) return;
    event.preventDefault();
    if (canSend) onSend(text.trim());
  };
  return (
    <form className={classes.editor} onSubmit={(event) => { event.preventDefault(); if (canSend) onSend(text.trim()); }}>
      <Textarea aria-label={t("Edit message")} autosize minRows={2} maxRows={12} value={text} error={refusal} autoFocus
        onFocus={({ currentTarget }) => currentTarget.setSelectionRange(text.length, text.length)}
        onChange={(event) => setText(event.currentTarget.value)} onKeyDown={onKeyDown} />
      <p className={classes.remark}>{t("The message as it was, and what followed it, stay as another version.")}</p>
      <div className={classes.buttons}>
        <Button size="compact-sm" variant="default" onClick={onCancel}>{t("Cancel")}</Button>
        <Button size="compact-sm" type="submit" disabled={!canSend}>{t("Send")}</Button>
      </div>
    </form>
  );
}

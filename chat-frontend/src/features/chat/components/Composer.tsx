/** The field for the next message: Enter sends, Shift+Enter begins a line; on the keyboard of a screen the button sends. */
import { ActionIcon, Textarea, Tooltip } from "@mantine/core";
import type { KeyboardEvent, RefObject } from "react";
import { useTranslation } from "react-i18next";
import { ArrowUp, Square } from "@/components/icons";
import { refusalOf, remarkOn } from "../model/limits";
import { isSendingKey, writesOnScreen } from "../model/sending-key";
import classes from "./Composer.module.css";

interface ComposerProps {
  draft: string;
  onDraftChange: (text: string) => void;
  onSend: (text: string) => void;
  /** Present while an answer is being written. */
  onStop: (() => void) | null;
  isBusy: boolean;
  inputRef?: RefObject<HTMLTextAreaElement>;
}

export function Composer({ draft, onDraftChange, onSend, onStop, isBusy, inputRef }: ComposerProps) {
  const { t } = useTranslation();
  const refusal = refusalOf(draft);
  const canSend = !isBusy && draft.trim() !== "" && refusal === null;
  const send = () => {
    if (canSend) onSend(draft.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.shiftKey && !event.nativeEvent.isComposing) onStop?.();
    if (!isSendingKey(event)) return;
    event.preventDefault();
    send();
  };
  const hint = writesOnScreen()
    ? t("Models make mistakes: check what matters.")
    : t("Enter sends, Shift+Enter begins a new line. Models make mistakes: check what matters.");
  return (
    <form className={classes.composer} onSubmit={(event) => { event.preventDefault(); send(); }}>
      <div className={classes.field}>
        <Textarea ref={inputRef} aria-label={t("Message")} placeholder={t("Write a message…")} autosize minRows={1} maxRows={10}
          variant="unstyled" className={classes.input} value={draft} error={refusal}
          onChange={(event) => onDraftChange(event.currentTarget.value)} onKeyDown={onKeyDown} />
        {onStop ? (
          <Tooltip label={t("Stop answer")}>
            <ActionIcon size={40} radius="xl" color="dark" variant="filled" className={classes.stop} aria-label={t("Stop answer")} onClick={onStop}>
              <Square size={16} fill="currentColor" aria-hidden />
            </ActionIcon>
          </Tooltip>
        ) : (
          <ActionIcon size={40} radius="xl" type="submit" className={classes.send} aria-label={t("Send message")}
            disabled={!canSend} loading={isBusy}>
            <ArrowUp size={20} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <p className={classes.hint}>{remarkOn(draft) ?? hint}</p>
    </form>
  );
}

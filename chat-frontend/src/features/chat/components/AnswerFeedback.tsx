/** Thumbs up and down for an answer, and a field for what there is to say about it. */
import { ActionIcon, Button, Textarea } from "@mantine/core";
import { type FormEvent, type KeyboardEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Feedback } from "@/api/shapes";
import { MessageSquareText, ThumbsDown, ThumbsUp } from "@/components/icons";
import { phrase } from "@/i18n/phrase";
import type { StoredMessageActions } from "../hooks/use-message-actions";
import classes from "./MessageActions.module.css";

// The service takes comments of up to 2000 characters.
const LONGEST_COMMENT = 2000;

interface AnswerFeedbackProps {
  messageId: string;
  feedback: Feedback | null;
  onRate: StoredMessageActions["rate"];
}

const RATINGS = [
  { rating: "up", label: phrase("Good answer"), Icon: ThumbsUp },
  { rating: "down", label: phrase("Bad answer"), Icon: ThumbsDown },
] as const;

export function AnswerFeedback({ messageId, feedback, onRate }: AnswerFeedbackProps) {
  const { t } = useTranslation();
  const [isCommenting, setIsCommenting] = useState(false);
  const rate = async (rating: Feedback["rating"]) => {
    const isTakenBack = feedback?.rating === rating;
    const isKept = await onRate(messageId, isTakenBack ? null : { rating, comment: feedback?.comment ?? null });
    if (isKept) setIsCommenting(!isTakenBack);
  };
  return (
    <>
      {RATINGS.map(({ rating, label, Icon }) => {
        const isGiven = feedback?.rating === rating;
        return (
          <ActionIcon key={rating} data-hint variant={isGiven ? "light" : "subtle"} color={isGiven ? "blue" : "gray"} size="sm" aria-label={t(label)} aria-pressed={isGiven}
            onClick={() => void rate(rating)}>
            <Icon size={14} aria-hidden />
          </ActionIcon>
        );
      })}
      {feedback !== null && !isCommenting && (
        <ActionIcon data-hint variant="subtle" color="gray" size="sm" aria-label={t("Comment on this answer")} onClick={() => setIsCommenting(true)}>
          <MessageSquareText size={14} aria-hidden />
        </ActionIcon>
      )}
      {feedback !== null && isCommenting && (
        <CommentForm comment={feedback.comment ?? ""} onCancel={() => setIsCommenting(false)}
          onSave={async (comment) => {
            if (await onRate(messageId, { rating: feedback.rating, comment: comment || null })) setIsCommenting(false);
          }} />
      )}
    </>
  );
}

interface CommentFormProps {
  comment: string;
  onSave: (comment: string) => Promise<void>;
  onCancel: () => void;
}

function CommentForm({ comment, onSave, onCancel }: CommentFormProps) {
  const { t } = useTranslation();
  const [text, setText] = useState(comment);
  const [isSaving, setIsSaving] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsSaving(true);
    void onSave(text.trim()).finally(() => setIsSaving(false));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onCancel();
  };
  return (
    <form className={classes.comment} onSubmit={submit}>
      <Textarea label={t("What was good or bad about it? (optional)")} size="sm" autosize minRows={2} maxRows={6} maxLength={LONGEST_COMMENT} value={text}
        autoFocus onChange={(event) => setText(event.currentTarget.value)} onKeyDown={onKeyDown} />
      <div className={classes.buttons}>
        <Button size="compact-sm" variant="default" onClick={onCancel}>{t("Cancel")}</Button>
        <Button size="compact-sm" type="submit" loading={isSaving} disabled={text.trim() === comment}>{t("Save comment")}</Button>
      </div>
    </form>
  );
}

/** A failure in one sentence, with a way on. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CircleAlert } from "./icons";
import classes from "./ErrorNotice.module.css";

interface ErrorNoticeProps {
  sentence: string;
  onRetry?: (() => void) | undefined;
  retryLabel?: string;
}

export function ErrorNotice({ sentence, onRetry, retryLabel }: ErrorNoticeProps) {
  const { t } = useTranslation();
  return (
    <div className={classes.notice} role="alert">
      <CircleAlert size={18} aria-hidden />
      <span className={classes.sentence}>{sentence}</span>
      {onRetry && (
        <Button size="compact-sm" variant="default" onClick={onRetry}>{retryLabel ?? t("Try again")}</Button>
      )}
    </div>
  );
}

/** The upper end of what is loaded: the way to what came before, or the word that this is where it began. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "@/components/ErrorNotice";
import type { OlderMessagesState } from "../hooks/use-older-messages";
import classes from "./MessageList.module.css";

export function OlderMessages({ hasOlder, isLoading, error, load }: OlderMessagesState) {
  const { t } = useTranslation();
  if (error !== null) return <ErrorNotice sentence={error} onRetry={load} />;
  if (!hasOlder) return <p className={classes.beginning}>{t("This is the beginning of the conversation.")}</p>;
  return (
    <Button variant="subtle" className={classes.older} loading={isLoading} onClick={load}>
      {t("Show earlier messages")}
    </Button>
  );
}

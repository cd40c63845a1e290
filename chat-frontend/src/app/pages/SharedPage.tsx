/** What is behind a link that somebody gave out; for everybody, and for no search engine. */
import { Button } from "@mantine/core";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router-dom";
import { isNotFound, sentenceOf } from "@/api/problem";
import { useShared } from "@/api/shares";
import { PageLoader } from "@/components/PageLoader";
import { usePageTitle } from "@/components/use-page-title";
import { SharedConversation } from "@/features/chat/components/SharedConversation";
import classes from "./NotFoundPage.module.css";

function useNoIndex(): void {
  useEffect(() => {
    const meta = Object.assign(document.createElement("meta"), { name: "robots", content: "noindex, nofollow, noarchive" });
    document.head.append(meta);
    return () => meta.remove();
  }, []);
}

export function SharedPage() {
  const { t } = useTranslation();
  const { token = "" } = useParams();
  const { data, error, refetch } = useShared(token);
  useNoIndex();
  usePageTitle(data?.title ?? t("Shared conversation"));
  if (data !== undefined) return <SharedConversation shared={data} />;
  if (error === null) return <PageLoader />;
  return (
    <main className={classes.page}>
      <h1>{isNotFound(error) ? t("There is nothing to see here") : t("Shared conversation")}</h1>
      <p role="alert">{isNotFound(error) ? t("Perhaps the link has a mistake, or it was taken back. Ask whoever gave it to you for another one.") : sentenceOf(error)}</p>
      {!isNotFound(error) && <Button onClick={() => void refetch()}>{t("Try again")}</Button>}
    </main>
  );
}

/** Holds the place of messages that are on their way. */
import { Skeleton, VisuallyHidden } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./MessageList.module.css";

export function LoadingMessages() {
  const { t } = useTranslation();
  return (
    <div className={classes.scroll} role="status">
      <VisuallyHidden>{t("Loading messages…")}</VisuallyHidden>
      <div className={classes.content}>
        <Skeleton height={44} width="45%" ml="auto" radius="lg" />
        <Skeleton height={96} width="80%" radius="lg" />
        <Skeleton height={44} width="35%" ml="auto" radius="lg" />
        <Skeleton height={64} width="70%" radius="lg" />
      </div>
    </div>
  );
}

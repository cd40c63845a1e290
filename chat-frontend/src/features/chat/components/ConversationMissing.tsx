/** Shown in place of a conversation that is not there. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";
import { paths } from "@/config/paths";
import classes from "./ChatPane.module.css";

export function ConversationMissing() {
  const { t } = useTranslation();
  return (
    <div className={classes.missing}>
      <h1>{t("Conversation not found")}</h1>
      <p>{t("It may have been deleted, or it belongs to someone else.")}</p>
      <Button component={Link} to={paths.home}>{t("Begin a new one")}</Button>
    </div>
  );
}

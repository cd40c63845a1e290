/** Shown between a question and the first words of its answer. */
import { useTranslation } from "react-i18next";
import classes from "./Thinking.module.css";

export function Thinking() {
  const { t } = useTranslation();
  return (
    <p className={classes.thinking}>
      <span className={classes.dots} aria-hidden><i /><i /><i /></span>
      {t("Thinking…")}
    </p>
  );
}

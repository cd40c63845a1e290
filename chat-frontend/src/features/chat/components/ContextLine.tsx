/** The line above which the model sees nothing any more. */
import { createContext, useContext } from "react";
import { useTranslation } from "react-i18next";
import classes from "./ContextLine.module.css";

/** The key of the first message that the model still sees, if there are any above it. */
export const ContextStart = createContext<string | null>(null);

export function ContextLine({ messageKey }: { messageKey: string }) {
  const { t } = useTranslation();
  if (messageKey !== useContext(ContextStart)) return null;
  return <div className={classes.line}>{t("The model no longer sees what is above.")}</div>;
}

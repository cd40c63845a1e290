/** A message that was found: where it is, and the words around what was looked for. */
import { useTranslation } from "react-i18next";
import type { FoundMessage as Found } from "@/api/shapes";
import classes from "./CommandPalette.module.css";

export function FoundMessage({ message }: { message: Found }) {
  const { t } = useTranslation();
  return (
    <span className={classes.found}>
      <span className={classes.place}>{message.role === "user" ? t("You") : t("Assistant")} · {message.conversation_title}</span>
      <span className={classes.snippet}>
        {message.snippet.map(({ text, is_match }, index) => (is_match ? <mark key={index}>{text}</mark> : <span key={index}>{text}</span>))}
      </span>
    </span>
  );
}

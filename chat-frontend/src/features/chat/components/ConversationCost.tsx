/** What all answers of a conversation cost together; nothing where nothing was paid for. */
import { useTranslation } from "react-i18next";
import { formatUsd } from "@/i18n/money";
import classes from "./AnswerCost.module.css";

export function ConversationCost({ usd }: { usd: number }) {
  const { t } = useTranslation();
  if (usd === 0) return null;
  const amount = formatUsd(usd);
  return <span className={classes.cost} role="img" aria-label={t("This conversation has cost {{amount}}.", { amount })} title={t("This conversation has cost {{amount}}.", { amount })}>{amount}</span>;
}

/** What an answer cost, and how many tokens that was. */
import { Tooltip } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { FLOATING_ID } from "@/config/floating";
import { formatUsd } from "@/i18n/money";
import type { LiveMessage } from "@/realtime/conversation-state";
import classes from "./AnswerCost.module.css";

type Costing = Pick<LiveMessage, "cost" | "usage">;

function explanationOf({ cost, usage }: Costing, t: TFunction): string {
  const tokens = usage === null ? [] : [t("Tokens read: {{read, number}}, written: {{written, number}}.", { read: usage.prompt_tokens, written: usage.completion_tokens })];
  const remark = cost?.is_estimated === true ? [t("An estimate: the provider did not say how many tokens it was.")] : [];
  return [...tokens, ...remark].join(" ");
}

export function AnswerCost(message: Costing) {
  const { t } = useTranslation();
  const { cost } = message;
  if (cost === null) return null;
  const amount = formatUsd(cost.usd);
  const text = cost.is_estimated ? t("about {{amount}}", { amount }) : amount;
  const explanation = explanationOf(message, t);
  if (explanation === "") return <span className={classes.cost}>{text}</span>;
  return (
    <Tooltip label={explanation} multiline maw={280} events={{ hover: true, focus: true, touch: true }} portalProps={{ target: `#${FLOATING_ID}` }}>
      <span className={classes.cost} tabIndex={0}>{text}</span>
    </Tooltip>
  );
}

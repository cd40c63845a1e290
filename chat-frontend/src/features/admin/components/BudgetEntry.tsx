/** One budget: whose it is, and where it stands. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Budget } from "@/api/shapes";
import { AmountBar } from "@/components/AmountBar";
import { Tag } from "@/components/Tag";
import { exactTime } from "@/components/times";
import { isUsedUp, PERIODS, standingOf } from "@/components/budget-words";
import classes from "./Money.module.css";

interface BudgetEntryProps {
  budget: Budget;
  holder: string;
  /** How buttons name it. */
  called: string;
  /** Null for those who may only look. */
  onAsk: ((about: "limit" | "removal") => void) | null;
}

export function BudgetEntry({ budget, holder, called, onAsk }: BudgetEntryProps) {
  const { t } = useTranslation();
  const { limit_usd: limit, spent_usd: spent, reserved_usd: reserved } = budget;
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{holder}</strong>
          <Tag>{t(PERIODS[budget.period])}</Tag>
          {isUsedUp(budget) && <Tag tone="accent">{t("Used up")}</Tag>}
        </div>
        {spent !== null && <AmountBar spent={spent} reserved={reserved ?? 0} limit={limit} />}
        <span>{standingOf(budget)}</span>
        <span>{t("Starts anew {{time}}", { time: exactTime(budget.renews_at) })}</span>
      </div>
      {onAsk !== null && (
        <div className={classes.actions}>
          <Button variant="default" size="compact-sm" aria-label={t("Change the limit: {{budget}}", { budget: called })} onClick={() => onAsk("limit")}>{t("Change")}</Button>
          <Button variant="default" size="compact-sm" aria-label={t("Remove the budget: {{budget}}", { budget: called })} onClick={() => onAsk("removal")}>{t("Remove")}</Button>
        </div>
      )}
    </li>
  );
}

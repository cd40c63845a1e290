/** The budgets beside the cost, for those whom the chat service tells of them. */
import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useBudgets } from "@/api/budgets";
import { usePeopleById } from "@/api/people-by-id";
import { ApiError, sentenceOf } from "@/api/problem";
import { AmountBar } from "@/components/AmountBar";
import { holderOf, PERIODS, personIdsIn, standingOf } from "@/components/budget-words";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { useOnScreen } from "../hooks/use-on-screen";
import { budgetTable } from "../model/budget-table";
import classes from "./Cards.module.css";

export function BudgetsPanel() {
  const { t } = useTranslation();
  const { data: budgets, error, refetch } = useBudgets();
  const { data: people } = usePeopleById(personIdsIn(budgets ?? []));
  useOnScreen(t("Budgets"), budgets === undefined ? null : budgetTable(budgets, people));
  // Whoever may not know of budgets misses nothing here.
  if (error instanceof ApiError && error.status === 403) return null;
  return (
    <Panel title={t("Budgets")} lead={t("Days and months of budgets begin at midnight UTC.")}>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {budgets === undefined && error === null && <div role="status" aria-label={t("Loading")}><Skeleton height={70} radius="md" /></div>}
      {budgets?.length === 0 && <p>{t("Nothing limits what is spent.")}</p>}
      <ul className={classes.budgets} aria-label={t("Budgets")}>
        {budgets?.map((budget) => (
          <li key={budget.id}>
            <strong>{holderOf(budget, people)}, {t(PERIODS[budget.period])}</strong>
            {budget.spent_usd !== null && <AmountBar spent={budget.spent_usd} reserved={budget.reserved_usd ?? 0} limit={budget.limit_usd} />}
            <span>{standingOf(budget)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

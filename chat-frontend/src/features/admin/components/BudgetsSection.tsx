/** How much may be spent, by whom, and how much is. */
import { Button, Skeleton, Text } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Budget } from "@/api/shapes";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Plus } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { useBudgets } from "@/api/budgets";
import { useDeleteBudget } from "../api/budgets";
import { usePeopleById } from "@/api/people-by-id";
import { holderOf, PERIODS, personIdsIn } from "@/components/budget-words";
import { useViewer } from "../model/viewer";
import { AddBudgetDialog } from "./AddBudgetDialog";
import { BudgetEntry } from "./BudgetEntry";
import { ChangeLimitDialog } from "./ChangeLimitDialog";
import classes from "./Money.module.css";

type Asking = { about: "new" } | { about: "limit" | "removal"; budget: Budget };

export function BudgetsSection() {
  const { t } = useTranslation();
  const { mayChange } = useViewer();
  const { data: budgets, error, isPending, refetch } = useBudgets();
  const names = usePeopleById(personIdsIn(budgets ?? []));
  const [asking, setAsking] = useState<Asking | null>(null);
  const remove = useDeleteBudget();
  const list = useRef<HTMLUListElement>(null);
  const close = () => setAsking(null);
  const ask = (next: Asking) => {
    remove.reset();
    setAsking(next);
  };
  const calledOf = (budget: Budget) => `${holderOf(budget, names.data)}, ${t(PERIODS[budget.period])}`;
  const addButton = <Button leftSection={<Plus size={16} aria-hidden />} onClick={() => ask({ about: "new" })}>{t("Add a budget")}</Button>;
  return (
    <Panel title={t("Limits")} aside={mayChange ? addButton : undefined}
      lead={t("All budgets that hold for somebody must have room for an answer before it begins. Days and months begin at midnight UTC.")}>
      <DoneNotice sentence={remove.isSuccess ? t("Removed. It limits nothing any more; what was spent stays known.") : null} />
      {isPending && <div role="status" aria-label={t("Loading")}>{[1, 2, 3].map((row) => <Skeleton key={row} height={84} mt="sm" />)}</div>}
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {names.error !== null && <ErrorNotice sentence={sentenceOf(names.error)} onRetry={() => void names.refetch()} />}
      {budgets?.length === 0 && <p className={classes.empty}>{t("Nothing limits what is spent.")}</p>}
      <ul className={classes.list} aria-label={t("Budgets")} ref={list} tabIndex={-1}>
        {budgets?.map((budget) => (
          <BudgetEntry key={budget.id} budget={budget} holder={holderOf(budget, names.data)} called={calledOf(budget)}
            onAsk={mayChange ? (about) => ask({ about, budget }) : null} />
        ))}
      </ul>
      {asking?.about === "new" && <AddBudgetDialog onClose={close} />}
      {asking?.about === "limit" && <ChangeLimitDialog budget={asking.budget} called={calledOf(asking.budget)} onClose={close} />}
      {asking?.about === "removal" && (
        <ConfirmDialog title={t("Remove the budget")} confirmLabel={t("Remove")} isPending={remove.isPending} error={remove.error} onCancel={close}
          onConfirm={() => remove.mutate(asking.budget.id, { onSuccess: close })} focusAfterwards={list}>
          <Text>{t("{{budget}}: from now on this budget limits nothing. Other budgets still hold.", { budget: calledOf(asking.budget) })}</Text>
        </ConfirmDialog>
      )}
    </Panel>
  );
}

/** What the person has spent, and the budgets that limit it. */
import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { OwnSpending } from "@/api/shapes";
import { AmountBar } from "@/components/AmountBar";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { Tag } from "@/components/Tag";
import { exactTime } from "@/components/times";
import { formatExactUsd, formatUsd } from "@/i18n/money";
import { useOwnSpending } from "../api/spending";
import { budgetTerm } from "../model/budget-terms";
import classes from "./UseSection.module.css";

export function UseSection() {
  const { t } = useTranslation();
  const { data: spending, error, refetch } = useOwnSpending();
  if (spending === undefined && error !== null) return <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  if (spending === undefined) return <div role="status" aria-label={t("Loading")}><Skeleton height={320} radius="lg" /></div>;
  return (
    <>
      <Panel title={t("What you spent")} lead={t("Days and months begin at midnight UTC. Answers of models without a price are not in it.")}>
        <dl className={classes.figures}>
          <div><dt>{t("Today")}</dt><dd>{formatUsd(spending.today_usd)}</dd></div>
          <div><dt>{t("This month")}</dt><dd>{formatUsd(spending.month_usd)}</dd></div>
        </dl>
      </Panel>
      <Panel title={t("Budgets")}>
        {spending.budgets.length === 0 ? <p className={classes.empty}>{t("No budget limits what you spend.")}</p> : <BudgetList budgets={spending.budgets} />}
      </Panel>
    </>
  );
}

function BudgetList({ budgets }: { budgets: OwnSpending["budgets"] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.list} aria-label={t("Budgets")}>
      {/* A role may have several alike: all that is told of them is here. */}
      {budgets.map((budget, index) => <BudgetEntry key={index} budget={budget} />)}
    </ul>
  );
}

function BudgetEntry({ budget }: { budget: OwnSpending["budgets"][number] }) {
  const { t } = useTranslation();
  const { limit_usd: limit, spent_usd: spent, is_used_up: isUsedUp, renews_at: renewsAt } = budget;
  return (
    <li className={classes.entry}>
      <div className={classes.name}>
        <strong>{budgetTerm(budget)}</strong>
        {isUsedUp && <Tag>{t("Used up")}</Tag>}
      </div>
      {limit !== null && spent !== null && (
        <>
          <AmountBar spent={spent} limit={limit} />
          <span>{t("{{spent}} of {{limit}} spent", { spent: formatUsd(spent), limit: formatExactUsd(limit) })}</span>
        </>
      )}
      {limit === null && !isUsedUp && <span>{t("There is something left of it.")}</span>}
      <span>{t("Starts anew {{time}}", { time: exactTime(renewsAt) })}</span>
    </li>
  );
}

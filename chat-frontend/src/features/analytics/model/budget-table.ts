/** Owns what a file says of budgets. */
import { t } from "i18next";
import type { Budget, Person } from "@/api/shapes";
import { holderOf, PERIODS } from "@/components/budget-words";
import type { ExportTable } from "./export-file";

export function budgetTable(budgets: Budget[], people: Map<string, Person> | undefined): ExportTable {
  return {
    head: t("Budgets"),
    columns: [
      { label: t("Period"), unit: "text" },
      { label: t("Limit"), unit: "usd" },
      { label: t("Spent"), unit: "usd" },
      { label: t("Reserved"), unit: "usd" },
    ],
    rows: budgets.map((budget) => ({
      key: budget.id,
      name: holderOf(budget, people),
      values: [t(PERIODS[budget.period]), budget.limit_usd, budget.spent_usd, budget.reserved_usd],
    })),
  };
}

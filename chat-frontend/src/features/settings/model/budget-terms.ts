/** Owns what the budgets that hold for somebody are called to them. */
import { t } from "i18next";
import type { OwnSpending } from "@/api/shapes";
import { phrase } from "@/i18n/phrase";

type OwnBudget = OwnSpending["budgets"][number];

const TERMS: Record<OwnBudget["scope"], Record<OwnBudget["period"], string>> = {
  person: { day: phrase("Yours, for each day"), month: phrase("Yours, for each month") },
  role: { day: phrase("Your role’s, for each day"), month: phrase("Your role’s, for each month") },
  platform: { day: phrase("Everybody’s together, for each day"), month: phrase("Everybody’s together, for each month") },
};

export function budgetTerm({ scope, period }: OwnBudget): string {
  return t(TERMS[scope][period]);
}

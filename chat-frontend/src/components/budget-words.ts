/** Owns in which words budgets are spoken of. */
import { t } from "i18next";
import type { Budget, Person } from "@/api/shapes";
import { phrase } from "@/i18n/phrase";
import { formatExactUsd, formatUsd } from "@/i18n/money";

/** The subject of a budget that is for each person. */
export const EACH_PERSON = "*";

export const PERIODS: Record<Budget["period"], string> = { day: phrase("Each day"), month: phrase("Each month") };

/** The ids of those who have a budget of their own. */
export function personIdsIn(budgets: Budget[]): string[] {
  return budgets.filter(({ scope, subject }) => scope === "person" && subject !== EACH_PERSON).map(({ subject }) => subject);
}

/** Whom it is for; while nobody has said what people are called, by their id. */
export function holderOf({ scope, subject }: Budget, people: Map<string, Person> | undefined): string {
  if (scope === "platform") return t("Everybody together");
  if (scope === "role") return t("All with the role {{role}}, together", { role: subject });
  if (subject === EACH_PERSON) return t("Each person");
  if (people === undefined) return subject;
  const person = people.get(subject);
  if (person === undefined) return t("somebody who was deleted since");
  // Several may have one full name; a question about a budget has to say whose it is.
  return person.full_name === null ? person.username : `${person.full_name} (${person.username})`;
}

export function standingOf({ limit_usd: limit, spent_usd: spent, reserved_usd: reserved }: Budget): string {
  const limited = formatExactUsd(limit);
  if (spent === null) return t("{{limit}} for everyone who has no such budget of their own", { limit: limited });
  if (reserved === null || reserved === 0) return t("{{spent}} of {{limit}} spent", { spent: formatUsd(spent), limit: limited });
  return t("{{spent}} of {{limit}} spent, {{reserved}} reserved for answers that are being written", {
    spent: formatUsd(spent),
    limit: limited,
    reserved: formatUsd(reserved),
  });
}

export function isUsedUp({ limit_usd: limit, spent_usd: spent, reserved_usd: reserved }: Budget): boolean {
  return spent !== null && spent + (reserved ?? 0) >= limit;
}

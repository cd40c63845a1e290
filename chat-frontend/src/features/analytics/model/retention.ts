/** Turns the weeks of new people into rows: who of them was there again, and after how many weeks. */
import { t } from "i18next";
import type { Cohort } from "@/api/shapes";
import { formatMoment } from "@/i18n/format";
import type { FigureTable } from "./tables";

export interface CohortRow {
  week: string;
  name: string;
  registered: number;
  /** Of those who registered, by weeks since; only weeks that have begun. */
  active: { count: number; share: number | null }[];
}

/** Weeks in which nobody came have nothing to say. */
export function cohortRows(cohorts: Cohort[]): CohortRow[] {
  return cohorts.filter(({ registered }) => registered > 0).map(({ week, registered, active }) => ({
    week,
    name: formatMoment(week, { dateStyle: "medium", timeZone: "UTC" }),
    registered,
    active: active.map((count) => ({ count, share: count / registered })),
  }));
}

export function retentionTable(rows: CohortRow[]): FigureTable {
  const weeks = Math.max(0, ...rows.map(({ active }) => active.length));
  return {
    head: t("Week of registering"),
    columns: [
      { label: t("New people"), unit: "count" },
      ...Array.from({ length: weeks }, (_, week) => ({ label: week === 0 ? t("Same week") : t("+{{weeks, number}} wk", { weeks: week }), unit: "share" as const })),
    ],
    rows: rows.map(({ week, name, registered, active }) => ({ key: week, name, values: [registered, ...active.map(({ share }) => share)] })),
  };
}

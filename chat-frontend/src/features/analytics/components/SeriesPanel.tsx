/** One or several metrics over time. */
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Cut, Metric } from "@/api/shapes";
import { type Asked, useSeries } from "../api/insights";
import { useNames } from "../hooks/use-names";
import { OTHERS } from "../model/others";
import { tableOf } from "../model/series";
import { subjectName } from "../model/subjects";
import type { Scope } from "../model/view";
import { FigureChart } from "./FigureChart";
import { FigurePanel } from "./FigurePanel";

interface SeriesPanelProps {
  title: string;
  lead?: ReactNode;
  scope: Scope;
  asked: Asked;
  /** False while it is not known yet whose series they are. */
  isWanted?: boolean;
  form: "bars" | "lines";
  /** What a line is called where it is no subject's. */
  labels?: Partial<Record<Metric, string>>;
  emptySentence: string;
}

export function SeriesPanel({ title, lead, scope, asked, isWanted = true, form, labels = {}, emptySentence }: SeriesPanelProps) {
  const { t } = useTranslation();
  const answer = useSeries(scope, asked, isWanted);
  const subjects = answer.data?.answers.flatMap(({ series }) => series.map(({ subject }) => subject)) ?? [];
  const names = useNames(asked.by === "person" ? subjects.filter((subject) => subject !== OTHERS) : []);
  const labelOf = (metric: Metric, subject: string) => labels[metric] ?? nameOf(asked.by, subject);
  const nameOf = (by: Cut, subject: string) => (by === "all" ? title : subjectName(by, subject, names));
  const [first] = answer.data?.answers ?? [];
  // What stays in sight while another range is on its way is still of the zone that it was asked for in.
  const table = answer.data && tableOf(answer.data.answers, {
    head: t("Time"),
    interval: (first?.interval ?? scope.interval) as typeof scope.interval,
    timezone: asked.metrics.includes("active_people") ? "UTC" : (first?.timezone ?? scope.timezone),
    now: answer.data.askedAt,
    labelOf,
  });
  return (
    <FigurePanel title={title} lead={lead} answer={answer} table={table} emptySentence={emptySentence}
      chart={table && <FigureChart title={title} table={table} form={form} />} />
  );
}

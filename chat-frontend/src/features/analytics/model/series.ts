/** Turns series of the service into tables: one row for each moment, without gaps. */
import type { Metric, TimeSeries } from "@/api/shapes";
import { formatMoment } from "@/i18n/format";
import type { Interval } from "./ranges";
import type { FigureTable } from "./tables";
import type { Unit } from "./units";

/** How a moment reads beside the axis. */
export function momentName(at: string, interval: Interval, timeZone: string): string {
  if (interval === "hour") return formatMoment(at, { timeZone, day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  if (interval === "month") return formatMoment(at, { timeZone, month: "short", year: "numeric" });
  return formatMoment(at, { timeZone, day: "numeric", month: "short" });
}

export function unitOf(metric: Metric): Unit {
  if (metric === "cost_usd") return "usd";
  if (metric === "error_rate" || metric === "failed_share") return "share";
  return /_p\d\d$|_seconds$/.test(metric) ? "seconds" : "count";
}

interface SeriesTableOptions {
  head: string;
  interval: Interval;
  /** People are counted by UTC days, whatever the zone of the rest. */
  timezone: string;
  /** What is yet to come has no value, not even nought. */
  now: number;
  labelOf: (metric: Metric, subject: string) => string;
}

/** All series of all answers beside each other. */
export function tableOf(answers: TimeSeries[], { head, interval, timezone, now, labelOf }: SeriesTableOptions): FigureTable {
  const series = answers.flatMap((answer) => answer.series.map((one) => ({ metric: answer.metric as Metric, ...one })));
  const moments = [...new Set(series.flatMap(({ points }) => points.map((point) => point.starts_at)))].toSorted((one, other) => Date.parse(one) - Date.parse(other));
  const known = series.map(({ points }) => new Map(points.map((point) => [point.starts_at, point.value])));
  return {
    head,
    columns: series.map(({ metric, subject }) => ({ label: labelOf(metric, subject), unit: unitOf(metric) })),
    rows: moments.map((at) => ({
      name: momentName(at, interval, timezone),
      key: at,
      values: known.map((values) => (Date.parse(at) > now ? null : (values.get(at) ?? null))),
    })),
  };
}

/** Owns what stands for all the subjects that a chart has no room for. */
import type { TimeSeries } from "@/api/shapes";

/** No subject that the service knows: it may have any name, and this is none. */
export const OTHERS = "\u0000others";

type Series = TimeSeries["series"][number];

const valuesOf = ({ points }: Series) => new Map(points.map(({ starts_at: at, value }) => [at, value ?? 0]));

/** What is left of all at each moment. Both were read at different moments: there is never less than nothing. */
function rest(total: Series, shown: Series[]): Series {
  const known = shown.map(valuesOf);
  const left = (at: string, value: number) => Math.max(0, value - known.reduce((sum, values) => sum + (values.get(at) ?? 0), 0));
  return { subject: OTHERS, points: total.points.map(({ starts_at: at, value }) => ({ starts_at: at, value: left(at, value ?? 0) })) };
}

// Money is added up of fractions, which leaves crumbs.
const CRUMB = 1e-9;
const isNothing = ({ points }: Series) => points.every(({ value }) => (value ?? 0) < CRUMB);

/** The first subjects, and as one series all others; `most` series, and none for others where there are none. */
export function withOthers(answer: TimeSeries, total: TimeSeries, most: number): TimeSeries {
  const [all] = total.series;
  if (all === undefined || isNothing(rest(all, answer.series.slice(0, most)))) return answer;
  const shown = answer.series.slice(0, most - 1);
  return { ...answer, series: [...shown, rest(all, shown)] };
}

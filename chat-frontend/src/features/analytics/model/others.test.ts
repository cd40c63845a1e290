import { describe, expect, it } from "vitest";
import type { TimeSeries } from "@/api/shapes";
import { OTHERS, withOthers } from "./others";

const DAYS = ["2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"];
const answer = (series: Record<string, number[]>): TimeSeries => ({
  metric: "answers", interval: "day", timezone: "UTC",
  series: Object.entries(series).map(([subject, values]) => ({ subject, points: values.map((value, day) => ({ starts_at: DAYS[day] ?? "", value })) })),
});
const shown = (told: TimeSeries) => Object.fromEntries(told.series.map(({ subject, points }) => [subject, points.map(({ value }) => value)]));

describe("the others of a chart", () => {
  it("are what is left, so that all together is the total", () => {
    const told = withOthers(answer({ a: [5, 1], b: [2, 0], c: [1, 1] }), answer({ "": [10, 4] }), 3);
    expect(shown(told)).toEqual({ a: [5, 1], b: [2, 0], [OTHERS]: [3, 3] });
  });

  it("take no room of the last subject where there are none", () => {
    const told = withOthers(answer({ a: [5, 1], b: [2, 0.3] }), answer({ "": [7, 1.3000000000000003] }), 2);
    expect(shown(told)).toEqual({ a: [5, 1], b: [2, 0.3] });
  });

  it("are never less than nothing, also where the total was read before", () => {
    const told = withOthers(answer({ a: [5, 2] }), answer({ "": [4, 6] }), 5);
    expect(shown(told)).toEqual({ a: [5, 2], [OTHERS]: [0, 4] });
  });

  it("are all where nobody is named", () => {
    expect(shown(withOthers(answer({}), answer({ "": [4, 6] }), 5))).toEqual({ [OTHERS]: [4, 6] });
    expect(shown(withOthers(answer({}), answer({}), 5))).toEqual({});
  });
});

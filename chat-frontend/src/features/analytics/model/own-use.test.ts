import { describe, expect, it } from "vitest";
import { ownDays, ownSumsTable } from "./own-use";

const figures = (messages: number, cost: number) => ({
  conversations: 1, messages, answers: messages, prompt_tokens: messages * 10, completion_tokens: messages * 5, total_tokens: messages * 15, cost_usd: cost, sign_ins: 1, api_requests: 3,
});
const range = {
  ...figures(3, 0.3), timezone: "Pacific/Kiritimati", first_day: "2026-11-28", last_day: "2026-11-30",
  days: [{ day: "2026-11-28", ...figures(2, 0.2) }, { day: "2026-11-29", ...figures(1, 0.1) }, { day: "2026-11-30", ...figures(0, 0) }],
};

describe("one's own use", () => {
  it("has a row for each day, and nothing for days that are yet to come where the person is", () => {
    const noon = Date.parse("2026-11-28T12:00:00Z"); // the 29th there
    const { columns, rows } = ownDays(range, ["messages", "cost_usd"], noon);
    expect(columns).toEqual([{ label: "Questions", unit: "count" }, { label: "Cost", unit: "usd" }]);
    expect(rows.map(({ key, name, values }) => [key, name, ...values])).toEqual([["2026-11-28", "Nov 28", 2, 0.2], ["2026-11-29", "Nov 29", 1, 0.1], ["2026-11-30", "Nov 30", null, null]]);
  });

  it("is summed up, each figure in its unit", () => {
    expect(ownSumsTable(range).rows.map(({ key, values, unit }) => [key, ...values, unit])).toEqual([
      ["messages", 3, "count"], ["answers", 3, "count"], ["total_tokens", 45, "count"], ["cost_usd", 0.3, "usd"],
    ]);
  });
});

import { describe, expect, it } from "vitest";
import { budgetTable } from "./budget-table";
import { csvOf } from "./export-file";

describe("budgets in a file", () => {
  it("have whom they are for in words, and nothing where nothing is counted", () => {
    const ofRole = { id: "b1", scope: "role" as const, subject: "user", period: "month" as const, limit_usd: 5, spent_usd: null, reserved_usd: null, renews_at: "2026-12-01T00:00:00Z" };
    expect(csvOf([{ title: "Budgets", table: budgetTable([ofRole], undefined) }]).split("\r\n").slice(1, 4)).toEqual([
      `Budgets,b1,"All with the role user, together",Period,Each month,text`,
      `Budgets,b1,"All with the role user, together",Limit,5,usd`,
      `Budgets,b1,"All with the role user, together",Spent,,usd`,
    ]);
  });
});

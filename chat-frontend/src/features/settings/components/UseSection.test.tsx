import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import type { OwnSpending } from "@/api/shapes";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { UseSection } from "./UseSection";

startServices();

const RENEWAL = "2026-02-01T12:00:00+00:00";
const address = `${at.chat}/spending/me`;

function offer(spending: Partial<OwnSpending>) {
  services.use(http.get(address, () => HttpResponse.json({ today_usd: 0, month_usd: 0, budgets: [], ...spending })));
}

const figure = async (term: string) => (await screen.findByText(term)).nextElementSibling;

describe("use and cost", () => {
  beforeEach(() => beginSession(tokenFor("vera")));

  it("tells what was spent, also when nothing was", async () => {
    offer({ month_usd: 0.0456 });
    showInPage(<UseSection />);
    expect(await figure("Today")).toHaveTextContent("$0.00");
    expect(await figure("This month")).toHaveTextContent("$0.046");
    expect(screen.getByText("No budget limits what you spend.")).toBeVisible();
  });

  it("tells the budgets that hold, with amounts where they are one's own", async () => {
    offer({
      budgets: [
        { scope: "person", period: "day", limit_usd: 2.5, spent_usd: 1, is_used_up: false, renews_at: RENEWAL },
        { scope: "role", period: "month", limit_usd: null, spent_usd: null, is_used_up: true, renews_at: RENEWAL },
        { scope: "platform", period: "month", limit_usd: null, spent_usd: null, is_used_up: false, renews_at: RENEWAL },
      ],
    });
    showInPage(<UseSection />);
    const list = within(await screen.findByRole("list", { name: "Budgets" }));
    const [own, ofRole, ofAll] = list.getAllByRole("listitem").map((one) => one.textContent ?? "");
    expect(own).toMatch(/Yours, for each day.*\$1\.00 of \$2\.50 spent.*Starts anew Feb 1, 2026/);
    expect(own).not.toContain("Used up");
    expect(ofRole).toMatch(/Your role’s, for each month.*Used up.*Starts anew/);
    expect(ofRole).not.toContain("$");
    expect(ofAll).toMatch(/Everybody’s together, for each month.*There is something left of it/);
  });

  it("says why there is nothing to see, and tries again", async () => {
    services.use(http.get(address, () => problem(403, "The database is busy.")));
    showInPage(<UseSection />);
    expect(await screen.findByText("The database is busy.")).toBeVisible();
    offer({ today_usd: 3 });
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await figure("Today")).toHaveTextContent("$3.00");
  });
});

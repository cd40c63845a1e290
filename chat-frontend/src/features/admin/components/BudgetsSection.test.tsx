import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import type { Budget } from "@/api/shapes";
import { personOf, roles } from "@/test/people";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ViewerContext } from "../model/viewer";
import { BudgetsSection } from "./BudgetsSection";

startServices();

const address = `${at.chat}/budgets`;

function budgetOf(id: string, more: Partial<Budget> = {}): Budget {
  return {
    id, scope: "platform", subject: "", period: "day", limit_usd: 10, spent_usd: 2.5, reserved_usd: 0, renews_at: "2026-02-01T12:00:00+00:00", ...more,
  };
}

function open({ mayChange = true } = {}) {
  showInPage(<ViewerContext.Provider value={{ userId: "id-of-vera", mayChange }}><BudgetsSection /></ViewerContext.Provider>);
}

const entries = async () => (await within(await screen.findByRole("list", { name: "Budgets" })).findAllByRole("listitem")).map((one) => one.textContent ?? "");
const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));

describe("the budgets", () => {
  let kept: Budget[];
  let asked: unknown[];
  let askedIds: string[];

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    kept = [budgetOf("1")];
    asked = [];
    askedIds = [];
    services.use(
      http.get(address, () => HttpResponse.json(kept)),
      http.post(address, async ({ request }) => {
        const body = (await request.json()) as Budget;
        asked.push(body);
        kept = [...kept, budgetOf("new", body)];
        return HttpResponse.json(kept.at(-1));
      }),
      http.patch(`${address}/:id`, async ({ request, params }) => {
        const body = (await request.json()) as Budget;
        asked.push(body);
        kept = kept.map((one) => (one.id === params.id ? { ...one, ...body } : one));
        return HttpResponse.json(kept.find(({ id }) => id === params.id));
      }),
      http.delete(`${address}/:id`, ({ params }) => {
        kept = kept.filter(({ id }) => id !== params.id);
        return HttpResponse.json({ message: "Budget deleted" });
      }),
      http.get(`${at.auth}/roles/`, () => HttpResponse.json(roles)),
      http.get(`${at.auth}/users/`, ({ request }) => {
        askedIds = new URL(request.url).searchParams.getAll("id");
        return HttpResponse.json([personOf("ada", { full_name: "Ada Lovelace" })].filter(({ id }) => askedIds.length === 0 || askedIds.includes(id)));
      }),
      http.get(`${at.auth}/users/:name`, ({ params }) => (params.name === "ada" ? HttpResponse.json(personOf("ada")) : problem(404, "No such user."))),
    );
  });

  it("are listed with whom they are for, and where they stand", async () => {
    kept = [
      budgetOf("1", { reserved_usd: 0.5 }),
      budgetOf("2", { scope: "role", subject: "manager", period: "month", spent_usd: 10 }),
      budgetOf("3", { scope: "person", subject: "*", spent_usd: null, reserved_usd: null, limit_usd: 1.125 }),
      budgetOf("4", { scope: "person", subject: "id-of-ada" }),
      budgetOf("5", { scope: "person", subject: "id-of-nobody" }),
    ];
    open();
    expect(await screen.findByText("Ada Lovelace (ada)")).toBeVisible();
    const [platform, role, each, person, gone] = await entries();
    expect(platform).toMatch(/Everybody together.*Each day.*\$2\.50 of \$10\.00 spent, \$0\.50 reserved.*Starts anew Feb 1, 2026/);
    expect(platform).not.toContain("Used up");
    expect(role).toMatch(/All with the role manager, together.*Each month.*Used up/);
    expect(each).toMatch(/Each person.*\$1\.125 for everyone who has no such budget of their own/);
    expect(person).toContain("Ada Lovelace");
    expect(gone).toContain("somebody who was deleted since");
    expect(askedIds).toEqual(["id-of-ada", "id-of-nobody"]);
  });

  it("are read by a manager, who changes none", async () => {
    open({ mayChange: false });
    expect(await entries()).toHaveLength(1);
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("say when there are none", async () => {
    kept = [];
    open();
    expect(await screen.findByText("Nothing limits what is spent.")).toBeVisible();
  });

  it("are added for a role", async () => {
    open();
    await entries();
    await press("Add a budget");
    await userEvent.selectOptions(await screen.findByRole("combobox", { name: "For whom" }), "All with a role, together");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Role" }), "manager");
    await userEvent.selectOptions(screen.getByRole("combobox", { name: "Begins anew" }), "Each month");
    await userEvent.type(screen.getByRole("textbox", { name: "Limit in US dollars" }), "1,5");
    await press("Add budget");
    expect(screen.getByText("Write an amount such as 12.50.")).toBeVisible();
    expect(asked).toEqual([]);
    await userEvent.clear(screen.getByRole("textbox", { name: "Limit in US dollars" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Limit in US dollars" }), "1.5{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(asked).toEqual([{ scope: "role", subject: "manager", period: "month", limit_usd: 1.5 }]);
    expect((await entries())[1]).toContain("All with the role manager, together");
  });

  it("are added for one person by name, who has to be somebody", async () => {
    open();
    await entries();
    await press("Add a budget");
    await userEvent.selectOptions(await screen.findByRole("combobox", { name: "For whom" }), "One person");
    await userEvent.type(screen.getByRole("textbox", { name: "Limit in US dollars" }), "3");
    await press("Add budget");
    expect(await screen.findByText("Name somebody.")).toBeVisible();
    const name = screen.getByRole("combobox", { name: "Username" });
    await userEvent.type(name, "adda{Enter}");
    expect(await screen.findByText("There is nobody of this name.")).toBeVisible();
    await userEvent.clear(name);
    await userEvent.type(name, " ada {Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(asked).toEqual([{ scope: "person", subject: "id-of-ada", period: "day", limit_usd: 3 }]);
  });

  it("say at the form that there is one already, and keep what was typed", async () => {
    services.use(http.post(address, () => problem(409, "There is such a budget already. Change its limit instead.", { code: "budget_exists" })));
    open();
    await entries();
    await press("Add a budget");
    await userEvent.type(await screen.findByRole("textbox", { name: "Limit in US dollars" }), "7{Enter}");
    const dialog = within(screen.getByRole("dialog"));
    expect(await dialog.findByRole("alert")).toHaveTextContent("There is such a budget already. Change its limit instead.");
    expect(dialog.getByRole("textbox", { name: "Limit in US dollars" })).toHaveValue("7");
  });

  it("get another limit", async () => {
    open();
    await entries();
    await press("Change the limit: Everybody together, Each day");
    const field = await screen.findByRole("textbox", { name: "Limit in US dollars" });
    expect(field).toHaveValue("10.00");
    await userEvent.clear(field);
    await userEvent.type(field, "0.25{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(asked).toEqual([{ limit_usd: 0.25 }]);
    expect((await entries())[0]).toMatch(/of \$0\.25 spent/);
  });

  it("are removed after a question", async () => {
    open();
    await entries();
    await press("Remove the budget: Everybody together, Each day");
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByText(/Everybody together, Each day: from now on this budget limits nothing/)).toBeVisible();
    await userEvent.click(dialog.getByRole("button", { name: "Remove" }));
    expect(await screen.findByText("Nothing limits what is spent.")).toBeVisible();
    expect(screen.getByRole("status")).toHaveTextContent("Removed. It limits nothing any more");
    expect(screen.getByRole("list", { name: "Budgets" })).toHaveFocus();
  });

  it("say when one was removed by somebody else, and show what there is", async () => {
    services.use(http.patch(`${address}/:id`, () => problem(404, "There is no such budget.")));
    open();
    await entries();
    await press(/Change the limit/);
    kept = [];
    await userEvent.type(await screen.findByRole("textbox", { name: "Limit in US dollars" }), "{Enter}");
    expect(await screen.findByText("There is no such budget.")).toBeVisible();
    expect(await screen.findByText("Nothing limits what is spent.")).toBeInTheDocument();
  });

  it("say why they are not there, and try again", async () => {
    services.use(http.get(address, () => problem(403, "The database is busy.")));
    open();
    expect(await screen.findByText("The database is busy.")).toBeVisible();
    services.use(http.get(address, () => HttpResponse.json(kept)));
    await press("Try again");
    expect(await entries()).toHaveLength(1);
  });
});

import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession } from "@/api/session";
import { auditEntryOf } from "@/test/audit";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { AuditSection } from "./AuditSection";

startServices();

const address = `${at.auth}/audit/`;

describe("the audit trail", () => {
  let asked: URLSearchParams[];
  const rows = () => within(screen.getByRole("list", { name: "Audit trail" })).getAllByRole("listitem");
  const texts = () => rows().map((row) => row.querySelector("summary")?.textContent ?? "");
  const lastAsked = () => Object.fromEntries(asked.at(-1) ?? []);

  async function open() {
    showInPage(<AuditSection />);
    await screen.findByRole("list", { name: "Audit trail" });
  }

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    asked = [];
    services.use(
      http.get(address, ({ request }) => {
        const query = new URL(request.url).searchParams;
        asked.push(query);
        if (query.get("q") === "nobody") return HttpResponse.json([]);
        if (query.get("cursor") === "more") return HttpResponse.json([auditEntryOf(1, "user.created")]);
        const newest = [auditEntryOf(3, "user.roles_changed", { detail: { from: ["user"], to: ["manager", "user"] } }), auditEntryOf(2, "user.deactivated")];
        return HttpResponse.json(newest, { headers: { Link: `<${address}?cursor=more>; rel="next"` } });
      }),
    );
  });

  it("tells the newest first, and more when asked", async () => {
    await open();
    expect(texts()[0]).toMatch(/^vera changed the roles of ada.*user → manager, user.*Jan 1, 2026.* from 192\.0\.2\.7$/);
    await userEvent.click(screen.getByRole("button", { name: "Show older entries" }));
    await waitFor(() => expect(rows()).toHaveLength(3));
    expect(texts()[2]).toContain("vera created the account ada");
    expect(screen.queryByRole("button", { name: "Show older entries" })).toBeNull();
  });

  it("unfolds what else is known, and leads on to all that somebody did", async () => {
    await open();
    const [first] = rows();
    if (first === undefined) throw new Error("There is no entry.");
    expect(within(first).getByText("request-3")).not.toBeVisible();
    await userEvent.click(within(first).getByText("changed the roles of", { exact: false }));
    expect(within(first).getByText("request-3")).toBeVisible();
    expect(within(first).getByText("user.roles_changed")).toBeVisible();
    await userEvent.click(within(first).getByRole("button", { name: "All that vera did" }));
    await waitFor(() => expect(lastAsked()).toEqual({ limit: "50", actor_id: "id-of-vera" }));
    await userEvent.click(screen.getByRole("button", { name: "Done by vera: no longer" }));
    expect(screen.queryByRole("button", { name: /no longer/ })).toBeNull();
  });

  it("is narrowed by words, kind of action and days", async () => {
    await open();
    await userEvent.type(screen.getByLabelText("Search the audit trail"), "ada");
    await waitFor(() => expect(lastAsked()).toMatchObject({ q: "ada" }));
    await userEvent.selectOptions(screen.getByLabelText("Action"), "Accounts and roles");
    await userEvent.type(screen.getByLabelText("From"), "2026-01-01");
    await waitFor(() => expect(lastAsked()).toEqual({ limit: "50", q: "ada", action: "user.", since: new Date(2026, 0, 1).toISOString() }));
  });

  it("says when nothing is like that, and shows everything again", async () => {
    await open();
    await userEvent.type(screen.getByLabelText("Search the audit trail"), "nobody");
    expect(await screen.findByText("Nothing in the audit trail is like this.")).toBeVisible();
    await userEvent.click(screen.getAllByRole("button", { name: "Show everything" })[0] ?? document.body);
    await waitFor(() => expect(rows()).toHaveLength(2));
    expect(screen.getByLabelText("Search the audit trail")).toHaveValue("");
  });

  it("says that nothing has happened, and why it cannot be read", async () => {
    services.use(http.get(address, () => HttpResponse.json([])));
    showInPage(<AuditSection />);
    expect(await screen.findByText("Nothing has happened yet.")).toBeVisible();
    services.use(http.get(address, () => problem(403, "This is for administrators.")));
    await userEvent.click(screen.getByRole("button", { name: "Refresh" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("This is for administrators.");
  });

  it("is taken along as a file of what is shown", async () => {
    const files: string[] = [];
    vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:file");
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function click(this: HTMLAnchorElement) {
      files.push(this.download);
    });
    services.use(http.get(`${address}export`, ({ request }) => {
      asked.push(new URL(request.url).searchParams);
      return request.headers.has("Authorization") ? HttpResponse.text("{}\n") : problem(401, "Sign in.");
    }));
    await open();
    await userEvent.selectOptions(screen.getByLabelText("Action"), "API keys");
    await userEvent.click(screen.getByRole("button", { name: "Export as JSON Lines" }));
    expect(await screen.findByText("Done. The file is among your downloads.")).toBeVisible();
    expect(lastAsked()).toEqual({ format: "jsonl", action: "api_key." });
    expect(files[0]).toMatch(/^convoai-audit-\d{4}-\d\d-\d\d\.jsonl$/);
    services.use(http.get(`${address}export`, () => HttpResponse.error()));
    await userEvent.click(screen.getByRole("button", { name: "Export as CSV" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("The sign-in service cannot be reached.");
  });
});

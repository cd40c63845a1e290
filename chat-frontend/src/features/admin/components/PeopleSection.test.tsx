import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession } from "@/api/session";
import type { Person } from "@/api/shapes";
import { personOf, roles } from "@/test/people";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ViewerContext } from "../model/viewer";
import { PeopleSection } from "./PeopleSection";

startServices();

const users = `${at.auth}/users/`;

describe("the people", () => {
  let people: Person[];
  let asked: string[];
  const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
  const listed = async () => within(await screen.findByRole("table", { name: "People" })).getAllByRole("row").slice(1).map((one) => one.textContent ?? "");

  async function open({ mayChange = true } = {}) {
    showInPage(
      <ViewerContext.Provider value={{ userId: "id-of-vera", mayChange }}><PeopleSection /></ViewerContext.Provider>,
    );
    await screen.findByRole("table", { name: "People" });
  }

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    asked = [];
    people = [personOf("ada", { full_name: "Ada Lovelace" }), personOf("bob", { is_active: false }), personOf("vera", { roles: ["admin", "user"] })];
    services.use(
      http.get(`${at.auth}/roles/`, () => HttpResponse.json(roles)),
      http.get(users, ({ request }) => {
        const { searchParams } = new URL(request.url);
        asked.push(searchParams.toString());
        const text = searchParams.get("q") ?? "";
        return HttpResponse.json(people.filter(({ username, is_active: isActive }) =>
          username.includes(text) && (searchParams.get("is_active") ?? String(isActive)) === String(isActive)));
      }),
    );
  });

  it("are listed with name, address, roles and state, and oneself is marked", async () => {
    await open();
    const [ada, bob, vera] = await listed();
    expect(ada).toMatch(/Ada Lovelace.*@ada.*ada@example.org.*user.*Active.*Never.*Jan 1, 2026/);
    expect(bob).toContain("Deactivated");
    expect(vera).toContain("vera (you)");
    expect(asked).toEqual(["sort=username"]);
  });

  it("are found by name or address, once the typing pauses", async () => {
    await open();
    await userEvent.type(screen.getByLabelText("Search people"), "bo");
    await waitFor(async () => expect(await listed()).toHaveLength(1));
    expect(asked).toEqual(["sort=username", "sort=username&q=bo"]);
  });

  it("are narrowed by role and state, and put in another order", async () => {
    await open();
    await userEvent.selectOptions(await screen.findByLabelText("State"), "Deactivated");
    await waitFor(async () => expect(await listed()).toHaveLength(1));
    await waitFor(() => expect(screen.getByRole("option", { name: "manager" })).toBeInTheDocument());
    await userEvent.selectOptions(screen.getByLabelText("Role"), "user");
    await press("Last sign-in");
    await press("Last sign-in");
    await waitFor(() => expect(asked.at(-1)).toBe("sort=-last_login_at&role=user&is_active=false"));
    expect(screen.getByRole("columnheader", { name: "Last sign-in" })).toHaveAttribute("aria-sort", "descending");
  });

  afterEach(() => vi.unstubAllGlobals());

  it("are cards where a table has no room", async () => {
    vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: vi.fn<() => void>(), removeEventListener: vi.fn<() => void>() }));
    showInPage(<PeopleSection />);
    const cards = within(await screen.findByRole("list", { name: "People" }));
    expect(cards.getAllByRole("listitem")[0]).toHaveTextContent(/Ada Lovelace.*@ada.*ada@example.org.*user.*Active.*Never signed in/);
    await userEvent.selectOptions(screen.getByLabelText("Order"), "Newest account first");
    await waitFor(() => expect(asked.at(-1)).toBe("sort=-created_at"));
  });

  it("may be nobody, which says so and leads back to everyone", async () => {
    await open();
    await userEvent.type(screen.getByLabelText("Search people"), "zzz");
    expect(await screen.findByText("Nobody is like this.")).toBeVisible();
    await press("Show everyone");
    expect(await listed()).toHaveLength(3);
    expect(screen.getByLabelText("Search people")).toHaveValue("");
  });

  it("come in pages", async () => {
    const link = `<${users}?cursor=more>; rel="next"`;
    services.use(
      http.get(users, ({ request }) =>
        new URL(request.url).searchParams.get("cursor") === "more"
          ? HttpResponse.json([personOf("zoe")])
          : HttpResponse.json(people, { headers: { Link: link } }),
      ),
    );
    await open();
    await press("Show more");
    await waitFor(async () => expect(await listed()).toHaveLength(4));
    expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
  });

  it("say why they cannot be listed, and are listed later", async () => {
    services.use(http.get(users, () => problem(503, "The database is busy.")));
    showInPage(<PeopleSection />);
    expect(await screen.findByRole("alert")).toHaveTextContent("The database is busy.");
    services.use(http.get(users, () => HttpResponse.json(people)));
    await press("Try again");
    expect(await listed()).toHaveLength(3);
  });

  it("are only to be looked at for a manager", async () => {
    services.use(http.get(`${at.auth}/users/ada`, () => HttpResponse.json(people[0])));
    await open({ mayChange: false });
    expect(screen.queryByRole("button", { name: "Create" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Invite" })).toBeNull();
    await press(/Ada Lovelace/);
    const drawer = within(await screen.findByRole("dialog", { name: "Ada Lovelace" }));
    expect(await drawer.findByText("ada@example.org")).toBeVisible();
    expect(drawer.getAllByRole("button").map((button) => button.getAttribute("aria-label"))).toEqual(["Close"]);
  });
});

describe("creating an account", () => {
  it("opens the new person, and keeps what was typed when the service refuses", async () => {
    const sent: unknown[] = [];
    beginSession(tokenFor("vera"));
    services.use(
      http.get(`${at.auth}/roles/`, () => HttpResponse.json(roles)),
      http.get(users, () => HttpResponse.json([])),
      http.get(`${at.auth}/users/new/sessions`, () => HttpResponse.json([])),
      http.get(`${at.auth}/users/new/api-keys`, () => HttpResponse.json([])),
      http.get(`${at.auth}/users/new/factors`, () => HttpResponse.json({ has_totp: false, passkey_count: 0, recovery_codes_left: 0, is_required: false })),
      http.post(users, () => problem(400, "This username is already registered. Choose another one.")),
    );
    showInPage(<ViewerContext.Provider value={{ userId: "id-of-vera", mayChange: true }}><PeopleSection /></ViewerContext.Provider>);
    await userEvent.click(await screen.findByRole("button", { name: "Create" }));
    const dialog = within(await screen.findByRole("dialog", { name: "Create an account" }));
    await userEvent.type(await dialog.findByLabelText("Username"), "new");
    await userEvent.type(dialog.getByLabelText("Email"), "new@example.org");
    await userEvent.type(dialog.getByLabelText("First password"), "violin-kettle-7");
    await userEvent.click(await dialog.findByLabelText("manager"));
    await userEvent.click(dialog.getByRole("button", { name: "Create account" }));
    expect(await dialog.findByRole("alert")).toHaveTextContent("already registered");
    expect(dialog.getByLabelText("Email")).toHaveValue("new@example.org");
    services.use(http.post(users, async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(personOf("new", { roles: ["manager", "user"] }));
    }), http.get(`${at.auth}/users/new`, () => HttpResponse.json(personOf("new", { roles: ["manager", "user"] }))));
    await userEvent.click(dialog.getByRole("button", { name: "Create account" }));
    expect(await screen.findByRole("dialog", { name: "new" })).toBeVisible();
    expect(sent).toEqual([{ username: "new", email: "new@example.org", full_name: null, password: "violin-kettle-7", roles: ["user", "manager"] }]);
  });
});

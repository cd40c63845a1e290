import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession } from "@/api/session";
import type { ApiKey, Erasure, Person } from "@/api/shapes";
import { personOf, roles, signInOf } from "@/test/people";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ViewerContext } from "../model/viewer";
import { PersonDrawer } from "./PersonDrawer";

startServices();

const ada = `${at.auth}/users/ada`;
const TIME = "2026-01-01T12:00:00+00:00";
const noFactors = { has_totp: false, passkey_count: 0, recovery_codes_left: 0, is_required: false };

describe("a person in the administration", () => {
  let person: Person;
  let admins: Person[];
  let asked: [string, unknown][];
  const onClose = vi.fn<() => void>();
  const drawer = () => within(screen.getByRole("dialog", { name: person.full_name ?? person.username }));
  const press = async (name: string | RegExp) => userEvent.click(await drawer().findByRole("button", { name }));
  const question = async (name: string) => within(await screen.findByRole("dialog", { name }));

  async function open(userId = "id-of-vera") {
    showInPage(<ViewerContext.Provider value={{ userId, mayChange: true }}><PersonDrawer username="ada" onClose={onClose} /></ViewerContext.Provider>);
    await screen.findByText("ada@example.org");
  }

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    onClose.mockReset();
    person = personOf("ada", { full_name: "Ada Lovelace" });
    admins = [personOf("vera", { roles: ["admin"] })];
    asked = [];
    let signIns = [signInOf("s1", "Safari on iPhone"), signInOf("s2", "Firefox on Linux")];
    const note = async (request: Request, answer: () => object) => {
      const text = await request.text();
      asked.push([`${request.method} ${new URL(request.url).pathname}`, text === "" ? null : JSON.parse(text)]);
      return HttpResponse.json(answer() as Record<string, unknown>);
    };
    services.use(
      http.get(`${ada}/factors`, () => HttpResponse.json(noFactors)),
      http.get(`${ada}/api-keys`, () => HttpResponse.json([])),
      http.get(`${at.auth}/roles/`, () => HttpResponse.json(roles)),
      http.get(`${at.auth}/users/`, () => HttpResponse.json(admins)),
      http.get(ada, () => HttpResponse.json(person)),
      http.patch(ada, ({ request }) => note(request, () => (person = { ...person, is_active: !person.is_active }))),
      http.put(`${ada}/roles`, ({ request }) => note(request, () => (person = { ...person, roles: ["admin", "user"] }))),
      http.get(`${ada}/sessions`, () => HttpResponse.json(signIns)),
      http.delete(`${ada}/sessions`, ({ request }) => note(request, () => ((signIns = []), { message: "Signed out" }))),
      http.delete(`${ada}/sessions/:id`, ({ request }) => note(request, () => ((signIns = signIns.slice(1)), { message: "Signed out" }))),
    );
  });

  it("gets other roles", async () => {
    await open();
    expect(await drawer().findByRole("button", { name: "Save roles" })).toBeDisabled();
    await userEvent.click(await drawer().findByLabelText("admin"));
    await press("Save roles");
    await waitFor(() => expect(asked).toEqual([["PUT /users/ada/roles", { roles: ["user", "admin"] }]]));
    expect(await drawer().findByText("Saved. It holds within 10 seconds, everywhere.")).toBeVisible();
  });

  it("needs at least one role", async () => {
    await open();
    await userEvent.click(await drawer().findByLabelText("user"));
    expect(drawer().getByText("Choose at least one role.")).toBeVisible();
    expect(drawer().getByRole("button", { name: "Save roles" })).toBeDisabled();
  });

  it("is deactivated after a question, and activated again", async () => {
    await open();
    await press("Deactivate");
    const asking = await question("Deactivate ada");
    expect(asking.getByText(/their open chats close/)).toBeVisible();
    await waitFor(() => expect(asking.getByRole("button", { name: "Cancel" })).toHaveFocus());
    await userEvent.click(asking.getByRole("button", { name: "Deactivate" }));
    await press("Activate");
    await waitFor(() => expect(asked.map(([call]) => call)).toEqual(["PATCH /users/ada", "PATCH /users/ada"]));
    expect(asked.map(([, body]) => body)).toEqual([{ is_active: false }, { is_active: true }]);
  });

  it("stays as it is when the service refuses, and the question says why", async () => {
    services.use(http.patch(ada, () => problem(409, "This is the last active administrator.")));
    await open();
    await press("Deactivate");
    const asking = await question("Deactivate ada");
    await userEvent.click(asking.getByRole("button", { name: "Deactivate" }));
    expect(await asking.findByRole("alert")).toHaveTextContent("This is the last active administrator.");
  });

  it("is signed out, on one device or all", async () => {
    await open();
    await press(/End the sign-in of Safari on iPhone/);
    await userEvent.click((await question("End this sign-in")).getByRole("button", { name: "End it" }));
    await waitFor(() => expect(within(drawer().getByRole("list", { name: "Sign-ins" })).getAllByRole("listitem")).toHaveLength(1));
    await press("End all sign-ins");
    await userEvent.click((await question("End all sign-ins")).getByRole("button", { name: "End all sign-ins" }));
    expect(await drawer().findByText("Not signed in anywhere.")).toBeVisible();
    expect(asked.map(([call]) => call)).toEqual(["DELETE /users/ada/sessions/s1", "DELETE /users/ada/sessions"]);
  });

  it("loses a second factor that went astray", async () => {
    let factors = { ...noFactors, has_totp: true, recovery_codes_left: 8 };
    services.use(
      http.get(`${ada}/factors`, () => HttpResponse.json(factors)),
      http.delete(`${ada}/factors`, () => ((factors = noFactors), HttpResponse.json({ message: "Reset" }))),
    );
    await open();
    expect(await drawer().findByText("An authenticator app, 8 recovery codes left.")).toBeVisible();
    await press("Reset");
    await userEvent.click((await question("Reset the second factors of ada")).getByRole("button", { name: "Reset" }));
    expect(await drawer().findByText("None: a password is enough.")).toBeVisible();
    expect(drawer().queryByRole("button", { name: "Reset" })).toBeNull();
  });

  it("has the second factor that is one's own left alone", async () => {
    services.use(http.get(`${ada}/factors`, () => HttpResponse.json({ ...noFactors, passkey_count: 1 })));
    await open("id-of-ada");
    expect(await drawer().findByText("1 passkey, no recovery codes left.")).toBeVisible();
    expect(drawer().queryByRole("button", { name: "Reset" })).toBeNull();
  });

  it("loses an API key after a question", async () => {
    const key: ApiKey = { id: "k1", name: "Backup", prefix: "cvk_abc", scopes: ["chat"], created_at: TIME, expires_at: TIME, last_used_at: null };
    let keys = [key];
    services.use(
      http.get(`${ada}/api-keys`, () => HttpResponse.json(keys)),
      http.delete(`${ada}/api-keys/k1`, () => ((keys = []), HttpResponse.json({ message: "Deleted" }))),
    );
    await open();
    const entry = await within(await drawer().findByRole("list", { name: "API keys" })).findByRole("listitem");
    expect(entry).toHaveTextContent(/Backup Expired.*cvk_abc….*chat.*Never used · expired Jan 1, 2026/);
    await press("Delete the API key Backup");
    const asking = await question("Delete API key");
    expect(asking.getByText(/“Backup” are refused within 10 seconds/)).toBeVisible();
    await userEvent.click(asking.getByRole("button", { name: "Delete" }));
    expect(await drawer().findByText("No API keys.")).toBeVisible();
  });

  it("gets a link for a new password", async () => {
    services.use(http.post(`${ada}/password-reset`, () => HttpResponse.json({ link: "http://page/reset-password#token=t", expires_at: TIME })));
    await open();
    await press("Make a link");
    const asking = await question("A new password for ada");
    await userEvent.click(asking.getByRole("button", { name: "Make a link" }));
    expect(await asking.findByLabelText("Link")).toHaveValue("http://page/reset-password#token=t");
    expect(asking.getByText(/holds until Jan 1, 2026.*shown only this once/)).toBeVisible();
  });

  it("is deleted once it is clear what goes, and the receipt is awaited", async () => {
    const part = (service: "auth-service" | "chat-service", isConfirmed: boolean) => ({
      service, is_confirmed: isConfirmed, confirmed_at: isConfirmed ? TIME : null, erased: isConfirmed ? { conversations: 2 } : null, attempts: 1, attempted_at: TIME, problem: null,
    });
    const erasure: Erasure = {
      id: "e1", user_id: "id-of-ada", is_own_request: false, requested_at: TIME, completed_at: null, services: [part("auth-service", true), part("chat-service", false)],
    };
    let looks = 0;
    services.use(
      http.get(`${ada}/erasure-preview`, () =>
        HttpResponse.json({ user_id: "1", username: "ada", services: [{ service: "chat-service", holdings: { conversations: 2, messages: 9 } }, { service: "analytics-service", holdings: null }] }),
      ),
      http.delete(ada, () => HttpResponse.json({ message: "User deleted", erasure_id: "e1" })),
      http.get(`${at.auth}/erasures/e1`, () => {
        looks += 1;
        return HttpResponse.json(looks === 1 ? erasure : { ...erasure, completed_at: TIME, services: [part("auth-service", true), part("chat-service", true)] });
      }),
    );
    await open();
    await press("Delete…");
    const asking = await question("Delete ada");
    expect(await asking.findByText("2 conversations, 9 messages")).toBeVisible();
    expect(asking.getByText("Everything; it cannot be counted right now")).toBeVisible();
    await waitFor(() => expect(asking.getByRole("button", { name: "Keep the account" })).toHaveFocus());
    await userEvent.click(asking.getByRole("button", { name: "Delete for good" }));
    const receipt = await question("ada is deleted");
    expect(await receipt.findByText("Waiting for its confirmation")).toBeVisible();
    expect(await receipt.findByText("Everything is erased. All services have confirmed it.")).toBeVisible();
    expect(onClose).not.toHaveBeenCalled();
    await userEvent.click(receipt.getByRole("button", { name: "Done" }));
    expect(onClose).toHaveBeenCalledOnce();
  });

  it("keeps the role, and cannot be closed, as the last administrator", async () => {
    person = { ...person, roles: ["admin", "user"] };
    admins = [person];
    await open();
    expect(await drawer().findByText(/the account can neither be deactivated nor deleted/)).toBeVisible();
    expect(await drawer().findByLabelText("admin")).toBeDisabled();
    expect(drawer().queryByRole("button", { name: /Deactivate|Delete/ })).toBeNull();
  });

  it("is sent to their own settings when it is oneself", async () => {
    await open("id-of-ada");
    expect(drawer().getByRole("link", { name: "settings" })).toHaveAttribute("href", "/settings");
    expect(drawer().queryByRole("button", { name: /Deactivate|Delete|Save roles|Make a link/ })).toBeNull();
  });

  it("may be gone", async () => {
    services.use(http.get(ada, () => problem(404, "There is no user of that name, or you may not see it.")));
    showInPage(<ViewerContext.Provider value={{ userId: "", mayChange: true }}><PersonDrawer username="ada" onClose={onClose} /></ViewerContext.Provider>);
    expect(await screen.findByRole("alert")).toHaveTextContent("There is nobody of this name any more.");
  });
});

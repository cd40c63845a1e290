import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endSession, getSession } from "@/api/session";
import { forgetLinkToken, takeLinkToken } from "@/config/link-token";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { RegisterForm } from "./RegisterForm";
import { RegistrationGate } from "./RegistrationGate";

startServices();
beforeEach(() => endSession("chosen"));
afterEach(() => {
  forgetLinkToken("invitation");
  window.history.replaceState(null, "", "/");
});

const offer = (registration: string, domains: string[] = []) =>
  http.get(`${at.auth}/auth/capabilities`, () =>
    HttpResponse.json({ registration, registration_open: registration === "open", registration_domains: domains, password_reset_by_mail: false }),
  );

const invite = (more: object = {}) =>
  http.post(`${at.auth}/invitations/check`, () =>
    HttpResponse.json({ invited_by: "ada", email: null, roles: ["user"], expires_at: "2026-01-01T12:00:00+00:00", ...more }),
  );

function open(address = "/register") {
  window.history.replaceState(null, "", address);
  showInPage(<RegistrationGate>{(invitation) => <RegisterForm invitation={invitation} onSecondStep={() => undefined} />}</RegistrationGate>);
}

describe("registering without an invitation", () => {
  it.each([
    ["closed", "Registration is closed here. Ask an administrator for an account."],
    ["invite_only", "Registration needs an invitation here. Ask an administrator for a link, and open it as a whole."],
  ])("is not offered where it is %s", async (mode, sentence) => {
    services.use(offer(mode));
    open();
    expect(await screen.findByText(sentence)).toBeVisible();
    expect(screen.queryByLabelText("Username")).toBeNull();
  });

  it("says which addresses may", async () => {
    services.use(offer("open", ["example.org", "example.com"]));
    open();
    expect(await screen.findByText("Your email address has to end in @example.org or @example.com.")).toBeVisible();
    expect(screen.getByLabelText("Username")).toBeVisible();
  });

  it("is tried where nobody can say", async () => {
    services.use(http.get(`${at.auth}/auth/capabilities`, () => HttpResponse.error()));
    open();
    expect(await screen.findByLabelText("Username")).toBeVisible();
  });
});

describe("an invitation", () => {
  it("leaves the address, names the host, and is sent", async () => {
    let sent: unknown = null;
    services.use(
      invite({ email: "vera@example.org", roles: ["manager", "user"] }),
      http.post(`${at.auth}/users/`, async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({});
      }),
      http.post(`${at.auth}/auth/token`, () => HttpResponse.json(tokenFor("vera"))),
    );
    open("/register#invitation=cvi_1");
    expect(await screen.findByText("ada invited you. Your account will be: manager, user.")).toBeVisible();
    expect(window.location.hash).toBe("");
    expect(screen.getByLabelText("Email")).toHaveValue("vera@example.org");
    expect(screen.getByLabelText("Email")).toHaveAttribute("readonly");
    await userEvent.type(screen.getByLabelText("Username"), "vera");
    await userEvent.type(screen.getByLabelText("Password"), "testpass123");
    await userEvent.click(screen.getByRole("button", { name: "Create account" }));
    await expect.poll(() => getSession()?.username).toBe("vera");
    expect(sent).toEqual({ username: "vera", email: "vera@example.org", full_name: null, password: "testpass123", invitation: "cvi_1" });
    expect(takeLinkToken("invitation")).toBeNull();
  });

  it("that does not hold says so, and lets one go on without it", async () => {
    services.use(offer("open"), http.post(`${at.auth}/invitations/check`, () => problem(403, "This invitation does not hold. Ask for a new one.")));
    open("/register#invitation=used");
    expect(await screen.findByRole("alert")).toHaveTextContent("This invitation does not hold.");
    await userEvent.click(screen.getByRole("button", { name: "Go on without it" }));
    expect(await screen.findByLabelText("Username")).toBeVisible();
  });

  it("is kept while the service is away", async () => {
    services.use(http.post(`${at.auth}/invitations/check`, () => HttpResponse.error()));
    open("/register#invitation=cvi_1");
    expect(await screen.findByRole("alert")).toHaveTextContent("The sign-in service cannot be reached.");
    services.use(invite());
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("ada invited you.")).toBeVisible();
  });

  it("is taken when it is opened in the same tab", async () => {
    services.use(offer("invite_only"), invite());
    open();
    await screen.findByText(/needs an invitation/);
    act(() => {
      window.history.replaceState(null, "", "/register#invitation=late");
      window.dispatchEvent(new HashChangeEvent("hashchange"));
    });
    expect(await screen.findByText("ada invited you.")).toBeVisible();
    expect(window.location.hash).toBe("");
  });
});

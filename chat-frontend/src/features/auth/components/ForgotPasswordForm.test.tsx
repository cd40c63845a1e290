import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { ForgotPasswordForm } from "./ForgotPasswordForm";

startServices();

const offer = (isMailed: boolean) =>
  http.get(`${at.auth}/auth/capabilities`, () => HttpResponse.json({ registration_open: true, password_reset_by_mail: isMailed }));

async function ask(login: string) {
  await userEvent.type(await screen.findByLabelText("Username or email"), login);
  await userEvent.click(screen.getByRole("button", { name: "Send me a link" }));
}

describe("a forgotten password", () => {
  let sent: unknown[];

  beforeEach(() => {
    sent = [];
    services.use(offer(true), http.post(`${at.auth}/auth/password-reset`, async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ message: "…" }, { status: 202 });
    }));
  });

  it("is answered without saying whether there is such an account", async () => {
    showInPage(<ForgotPasswordForm />);
    await ask(" vera@example.org ");
    expect(await screen.findByRole("status")).toHaveTextContent("If there is an account for “vera@example.org”, a mail with a link is on its way");
    expect(sent).toEqual([{ login: "vera@example.org" }]);
  });

  it("can be asked for once more", async () => {
    showInPage(<ForgotPasswordForm />);
    await ask("vera");
    await userEvent.click(await screen.findByRole("button", { name: "Ask once more" }));
    expect(screen.getByLabelText("Username or email")).toHaveValue("vera");
    await userEvent.click(screen.getByRole("button", { name: "Send me a link" }));
    await screen.findByRole("status");
    expect(sent).toHaveLength(2);
  });

  it("keeps what was typed when the service refuses", async () => {
    services.use(http.post(`${at.auth}/auth/password-reset`, () => problem(503, "Too many people ask right now.")));
    showInPage(<ForgotPasswordForm />);
    await ask("vera");
    expect(await screen.findByRole("alert")).toHaveTextContent("Too many people ask right now.");
    expect(screen.getByLabelText("Username or email")).toHaveValue("vera");
  });

  it("is an administrator's to help with where no mail is sent", async () => {
    services.use(offer(false));
    showInPage(<ForgotPasswordForm />);
    expect(await screen.findByText(/Ask an administrator: they can make a link/)).toBeVisible();
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("offers another try while the service is away", async () => {
    services.use(http.get(`${at.auth}/auth/capabilities`, () => HttpResponse.error()));
    showInPage(<ForgotPasswordForm />);
    expect(await screen.findByRole("alert")).toHaveTextContent("The sign-in service cannot be reached.");
    services.use(offer(true));
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByLabelText("Username or email")).toBeVisible();
  });
});

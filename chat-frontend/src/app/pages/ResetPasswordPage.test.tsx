import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { BrowserRouter } from "react-router-dom";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginSession, endSession, getSession } from "@/api/session";
import { forgetLinkToken } from "@/config/link-token";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { PageRoutes } from "../PageRoutes";

startServices();
beforeEach(() => endSession("chosen"));
afterEach(() => forgetLinkToken());

function openLink(address: string) {
  window.history.replaceState(null, "", address);
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <BrowserRouter><PageRoutes /></BrowserRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

async function choose(password: string) {
  await userEvent.type(await screen.findByLabelText("New password"), password);
  await userEvent.click(screen.getByRole("button", { name: "Change password" }));
}

const confirm = (answer: (body: unknown) => Response) =>
  http.post(`${at.auth}/auth/password-reset/confirm`, async ({ request }) => answer(await request.json()));

describe("choosing a new password by a link", () => {
  it("takes the token out of the address and leads to the sign-in", async () => {
    let sent: unknown = null;
    services.use(confirm((body) => {
      sent = body;
      return HttpResponse.json({ message: "Password changed." });
    }));
    openLink("/reset-password#token=the-token");
    await screen.findByLabelText("New password");
    expect(screen.getByText(/8 to 128 characters/)).toBeVisible();
    expect(window.location.hash).toBe("");
    await choose("difference-engine-1");
    expect(await screen.findByText("Your password is changed. Sign in with the new one.")).toBeVisible();
    expect(screen.getByLabelText("Username")).toBeVisible();
    expect(sent).toEqual({ token: "the-token", new_password: "difference-engine-1" });
    expect(window.location.pathname).toBe("/sign-in");
  });

  it("shows at the field what is wrong with the password, and the link still serves", async () => {
    const errors = [{ field: "body.new_password", message: "it is one of the most common passwords" }];
    services.use(confirm(() => problem(422, "Choose another password.", { errors })));
    openLink("/reset-password#token=the-token");
    await choose("password1");
    expect(await screen.findByText("It is one of the most common passwords.")).toBeVisible();
    expect(screen.getByLabelText("New password")).toBeInvalid();
    services.use(confirm(() => HttpResponse.json({ message: "Password changed." })));
    await choose("-and-more");
    expect(await screen.findByText(/Your password is changed/)).toBeVisible();
  });

  it("says that a link no longer holds, and where another comes from", async () => {
    services.use(confirm(() => problem(400, "This link does not hold any more. Ask for a new one.")));
    openLink("/reset-password#token=used");
    await choose("difference-engine-1");
    expect(await screen.findByRole("alert")).toHaveTextContent("This link does not hold any more.");
    expect(screen.getByRole("link", { name: "Ask for a new link" })).toHaveAttribute("href", "/forgot-password");
  });

  it("asks for the whole link when there is no token, and takes one that is opened in the same tab", async () => {
    openLink("/reset-password");
    expect(await screen.findByRole("alert")).toHaveTextContent("This page needs the whole link.");
    act(() => {
      window.history.replaceState(null, "", "/reset-password#token=late");
      window.dispatchEvent(new HashChangeEvent("hashchange"));
    });
    expect(await screen.findByLabelText("New password")).toBeVisible();
    expect(window.location.hash).toBe("");
  });

  it("ends the session of the page that it is opened in", async () => {
    beginSession(tokenFor("vera"));
    services.use(confirm(() => HttpResponse.json({ message: "Password changed." })));
    openLink("/reset-password#token=the-token");
    await choose("difference-engine-1");
    expect(await screen.findByText(/Your password is changed/)).toBeVisible();
    expect(getSession()).toBeNull();
  });
});

describe("the sign-in page", () => {
  it("leads whoever forgot their password on", async () => {
    const capabilities = { registration_open: true, password_reset_by_mail: true };
    services.use(http.get(`${at.auth}/auth/capabilities`, () => HttpResponse.json(capabilities)));
    openLink("/sign-in");
    await userEvent.click(await screen.findByRole("link", { name: "Forgot your password?" }));
    expect(await screen.findByRole("heading", { name: "Forgot your password?" })).toBeVisible();
    expect(await screen.findByLabelText("Username or email")).toHaveFocus();
  });
});

import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { SecondStep } from "@/api/second-step";
import { endSession, getSession } from "@/api/session";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { RegisterForm } from "./RegisterForm";
import { SignInForm } from "./SignInForm";

startServices();
beforeEach(() => endSession("chosen"));

const onSecondStep = vi.fn<(step: SecondStep) => void>();

const grant = http.post(`${at.auth}/auth/token`, async ({ request }) => {
  const form = new URLSearchParams(await request.text());
  return form.get("password") === "testpass123"
    ? HttpResponse.json(tokenFor("vera"))
    : problem(401, "Incorrect username or password");
});

async function register() {
  await userEvent.type(screen.getByLabelText("Username"), "vera");
  await userEvent.type(screen.getByLabelText("Email"), "vera@example.org");
  await userEvent.type(screen.getByLabelText("Password"), "testpass123");
  await userEvent.click(screen.getByRole("button", { name: "Create account" }));
}

describe("registering", () => {
  it("creates the account and signs in", async () => {
    let sent: unknown = null;
    services.use(grant, http.post(`${at.auth}/users/`, async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json({});
    }));
    showInPage(<RegisterForm onSecondStep={onSecondStep} />);
    await register();
    await expect.poll(() => getSession()?.username).toBe("vera");
    expect(sent).toEqual({ username: "vera", email: "vera@example.org", full_name: null, password: "testpass123" });
  });

  it("shows what the service says of a field at that field", async () => {
    const errors = [{ field: "body.username", message: "Only letters and digits." }];
    services.use(http.post(`${at.auth}/users/`, () => problem(422, "Correct the fields.", { errors })));
    showInPage(<RegisterForm onSecondStep={onSecondStep} />);
    await register();
    expect(await screen.findByText("Only letters and digits.")).toBeVisible();
    expect(screen.getByLabelText("Username")).toBeInvalid();
    expect(screen.getByLabelText("Email")).toHaveValue("vera@example.org");
  });

  it("leads to setting a factor up where a role demands one", async () => {
    const step = { code: "factor_enrolment_required", factor_token: "cvf_2", factors: [] };
    services.use(
      http.post(`${at.auth}/users/`, () => HttpResponse.json({})),
      http.post(`${at.auth}/auth/token`, () => problem(401, "Set one up now.", step)),
    );
    showInPage(<RegisterForm onSecondStep={onSecondStep} />);
    await register();
    await expect.poll(() => onSecondStep.mock.lastCall).toEqual([{ kind: "enrolment", token: "cvf_2", factors: [] }]);
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("shows any other refusal as a sentence", async () => {
    services.use(http.post(`${at.auth}/users/`, () => problem(400, "This username is already registered.")));
    showInPage(<RegisterForm onSecondStep={onSecondStep} />);
    await register();
    expect(await screen.findByRole("alert")).toHaveTextContent("This username is already registered.");
  });
});

describe("signing in", () => {
  it("keeps what was typed when the service refuses", async () => {
    services.use(grant);
    showInPage(<SignInForm onSecondStep={onSecondStep} />);
    await userEvent.type(screen.getByLabelText("Username"), "vera");
    await userEvent.type(screen.getByLabelText("Password"), "wrong{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("Incorrect username or password");
    expect(screen.getByLabelText("Username")).toHaveValue("vera");
    expect(getSession()).toBeNull();
  });

  it("leads to the second step, which is no error", async () => {
    const step = { code: "second_factor_required", factor_token: "cvf_1", factors: ["totp", "recovery_code", "new"] };
    services.use(http.post(`${at.auth}/auth/token`, () => problem(401, "Confirm your sign-in.", step)));
    showInPage(<SignInForm onSecondStep={onSecondStep} />);
    await userEvent.type(screen.getByLabelText("Username"), "vera");
    await userEvent.type(screen.getByLabelText("Password"), "testpass123{Enter}");
    await expect.poll(() => onSecondStep.mock.lastCall).toEqual([{ kind: "factor", token: "cvf_1", factors: ["totp", "recovery_code"] }]);
    expect(screen.queryByRole("alert")).toBeNull();
    expect(getSession()).toBeNull();
  });

  it("names the person as the service does, not as it was typed", async () => {
    services.use(grant);
    showInPage(<SignInForm onSecondStep={onSecondStep} />);
    await userEvent.type(screen.getByLabelText("Username"), "vera@example.org");
    await userEvent.type(screen.getByLabelText("Password"), "testpass123{Enter}");
    await expect.poll(() => getSession()?.username).toBe("vera");
  });
});

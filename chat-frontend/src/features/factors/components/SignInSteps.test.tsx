import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { FactorKind, SecondStep } from "@/api/second-step";
import { endSession, getSession } from "@/api/session";
import { holdPasskeys, refusal, startAuthentication, startRegistration } from "@/test/passkeys";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { EnrolmentStep } from "./EnrolmentStep";
import { FactorStep } from "./FactorStep";
import { PasskeySignIn } from "./PasskeySignIn";

vi.mock("@simplewebauthn/browser", () => import("@/test/passkeys"));
startServices();

const onRestart = vi.fn<() => void>();
const codes = Array.from({ length: 10 }, (_, index) => `aaaaa-bbbb${index}`);
let sent: unknown[] = [];

beforeEach(() => {
  endSession("chosen");
  holdPasskeys();
  onRestart.mockReset();
  sent = [];
});

const stepWith = (...factors: FactorKind[]): SecondStep => ({ kind: "factor", token: "cvf_1", factors });
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));
const signedIn = () => vi.waitUntil(() => getSession()?.username === "vera");

/** The service takes the code 123456, a recovery code, any passkey, and the token that follows enrolment. */
const finish = http.post(`${at.auth}/auth/token/factor`, async ({ request }) => {
  const body = (await request.json()) as { code?: string; passkey?: object; factor_token: string };
  sent.push(body);
  const isGood = body.code === "123456" || body.code === "aaaaa-bbbb1" || body.passkey !== undefined || body.factor_token === "cvf_3";
  return isGood ? HttpResponse.json(tokenFor("vera")) : problem(401, "This code is not right.", { code: "incorrect_code" });
});
const options = (path: string) => http.post(`${at.auth}${path}`, () => HttpResponse.json({ options: { challenge: path } }));

describe("confirming a sign-in", () => {
  it("takes the code of the app, which phones can fill in", async () => {
    services.use(finish);
    showInPage(<FactorStep step={stepWith("totp", "recovery_code")} onRestart={onRestart} />);
    const field = screen.getByLabelText("Code from your app");
    expect(field).toHaveFocus();
    expect(field).toHaveAttribute("autocomplete", "one-time-code");
    expect(field).toHaveAttribute("inputmode", "numeric");
    await userEvent.type(field, "123456{Enter}");
    await signedIn();
    expect(sent).toEqual([{ factor_token: "cvf_1", code: "123456" }]);
  });

  it("says what is wrong and keeps what was typed", async () => {
    services.use(finish);
    showInPage(<FactorStep step={stepWith("totp")} onRestart={onRestart} />);
    await userEvent.type(screen.getByLabelText("Code from your app"), "000000{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("This code is not right.");
    expect(screen.getByLabelText("Code from your app")).toHaveValue("000000");
    expect(screen.queryByRole("button", { name: "Use your passkey" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Use a recovery code" })).toBeNull();
  });

  it("takes a recovery code instead", async () => {
    services.use(finish);
    showInPage(<FactorStep step={stepWith("totp", "recovery_code")} onRestart={onRestart} />);
    await press("Use a recovery code");
    const field = screen.getByLabelText("Recovery code");
    expect(field).toHaveFocus();
    await userEvent.type(field, " aaaaa-bbbb1 {Enter}");
    await signedIn();
    expect(sent).toEqual([{ factor_token: "cvf_1", code: "aaaaa-bbbb1" }]);
  });

  it("takes a passkey", async () => {
    services.use(finish, options("/auth/token/factor/options"));
    showInPage(<FactorStep step={stepWith("passkey")} onRestart={onRestart} />);
    expect(screen.queryByLabelText("Code from your app")).toBeNull();
    await press("Use your passkey");
    await signedIn();
    expect(startAuthentication).toHaveBeenCalledWith({ optionsJSON: { challenge: "/auth/token/factor/options" } });
    expect(sent).toEqual([{ factor_token: "cvf_1", passkey: await startAuthentication.mock.results[0]?.value }]);
  });

  it("says so when the passkey was not confirmed, and lets one try again", async () => {
    startAuthentication.mockRejectedValueOnce(refusal("NotAllowedError"));
    services.use(finish, options("/auth/token/factor/options"));
    showInPage(<FactorStep step={stepWith("passkey", "totp")} onRestart={onRestart} />);
    await press("Use your passkey");
    expect(await screen.findByRole("alert")).toHaveTextContent("cancelled, or it took too long");
    await press("Use your passkey");
    await signedIn();
  });

  it("says so where there can be no passkeys, and offers the rest", async () => {
    vi.stubGlobal("PublicKeyCredential", undefined);
    showInPage(<FactorStep step={stepWith("passkey", "recovery_code")} onRestart={onRestart} />);
    expect(screen.getByText(/passkey cannot be used/)).toBeVisible();
    expect(screen.getByLabelText("Recovery code")).toBeVisible();
  });

  it("leads back to the start when it took too long", async () => {
    const over = problem(401, "Confirming the sign-in took too long.", { code: "invalid_factor_token" });
    services.use(http.post(`${at.auth}/auth/token/factor`, () => over));
    showInPage(<FactorStep step={stepWith("totp")} onRestart={onRestart} />);
    await userEvent.type(screen.getByLabelText("Code from your app"), "123456{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("took too long");
    await press("Start again");
    expect(onRestart).toHaveBeenCalledOnce();
  });
});

describe("signing in with a passkey alone", () => {
  it("needs no name", async () => {
    services.use(
      options("/auth/token/passkey/options"),
      http.post(`${at.auth}/auth/token/passkey`, () => HttpResponse.json(tokenFor("vera"))),
    );
    showInPage(<PasskeySignIn />);
    await press("Sign in with a passkey");
    await signedIn();
    expect(startAuthentication).toHaveBeenCalledWith({ optionsJSON: { challenge: "/auth/token/passkey/options" } });
  });

  it("says why it did not work", async () => {
    const refused = problem(401, "This passkey could not be verified here.");
    services.use(options("/auth/token/passkey/options"), http.post(`${at.auth}/auth/token/passkey`, () => refused));
    showInPage(<PasskeySignIn />);
    await press("Sign in with a passkey");
    expect(await screen.findByRole("alert")).toHaveTextContent("could not be verified");
    expect(getSession()).toBeNull();
  });
});

describe("setting a factor up on the way in", () => {
  const step: SecondStep = { kind: "enrolment", token: "cvf_2", factors: [] };
  const gain = { recovery_codes: codes, factor_token: "cvf_3" };
  const isEnrolling = (request: Request) => request.headers.get("Authorization") === "Bearer cvf_2";

  it("goes from the app over the recovery codes to the session", async () => {
    const begun = { secret: "JBSWY3DPEHPK3PXP", uri: "otpauth://x", qr_code: "data:image/svg+xml,x", expires_at: "2026-01-01T12:00:00Z" };
    services.use(
      finish,
      http.post(`${at.auth}/users/me/factors/totp`, ({ request }) => (isEnrolling(request) ? HttpResponse.json(begun) : problem(401, "No."))),
      http.post(`${at.auth}/users/me/factors/totp/confirm`, ({ request }) => (isEnrolling(request) ? HttpResponse.json(gain) : problem(401, "No."))),
    );
    showInPage(<EnrolmentStep step={step} onRestart={onRestart} />);
    await press("Use an authenticator app");
    expect(await screen.findByText("JBSW Y3DP EHPK 3PXP")).toBeVisible();
    expect(screen.getByRole("img")).toHaveAttribute("src", begun.qr_code);
    await userEvent.type(screen.getByLabelText("Code from your app"), "123456{Enter}");
    expect(await screen.findAllByRole("listitem")).toHaveLength(10);
    expect(getSession()).toBeNull();
    await press("Continue");
    await signedIn();
    expect(sent).toEqual([{ factor_token: "cvf_3" }]);
  });

  it("does so with a passkey", async () => {
    services.use(
      finish,
      options("/users/me/factors/passkeys/options"),
      http.post(`${at.auth}/users/me/factors/passkeys`, async ({ request }) => {
        sent.push(await request.json());
        return isEnrolling(request) ? HttpResponse.json(gain) : problem(401, "No.");
      }),
    );
    showInPage(<EnrolmentStep step={step} onRestart={onRestart} />);
    await press("Use a passkey");
    await userEvent.type(screen.getByLabelText("Name of the passkey"), "My phone{Enter}");
    await screen.findByText("aaaaa-bbbb0");
    expect(sent).toEqual([{ name: "My phone", passkey: await startRegistration.mock.results[0]?.value }]);
    await press("Continue");
    await signedIn();
  });
});

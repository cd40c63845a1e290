import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession } from "@/api/session";
import type { Factors } from "@/api/shapes";
import { holdPasskeys, refusal, startRegistration } from "@/test/passkeys";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { SecuritySection } from "./SecuritySection";

vi.mock("@simplewebauthn/browser", () => import("@/test/passkeys"));
startServices();

const factorsUrl = `${at.auth}/users/me/factors`;
const time = "2026-01-01T12:00:00+00:00";
const phone = { id: "1", name: "My phone", is_synced: true, created_at: time, last_used_at: time };
const none: Factors = { totp: null, passkeys: [], recovery_codes_left: 0, is_required: false };
const codes = Array.from({ length: 10 }, (_, index) => `aaaaa-bbbb${index}`);

describe("the security section", () => {
  let factors: Factors;
  let proofs: unknown[];

  const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));
  const status = (text: string) => waitFor(() => expect(screen.getAllByRole("status").map((one) => one.textContent)).toContain(text));
  const isProven = () => proofs.length > 0;
  const ifProven = (change: () => object) => () => {
    if (!isProven()) return problem(403, "Confirm that it is you first.", { code: "proof_required" });
    return HttpResponse.json(change());
  };

  async function open(now: Partial<Factors> = {}) {
    factors = { ...none, ...now };
    showInPage(<SecuritySection />);
    await screen.findByRole("heading", { name: "Passkeys" });
  }

  async function prove(password = "testpass123") {
    await userEvent.type(await screen.findByLabelText("Current password"), `${password}{Enter}`);
  }

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    holdPasskeys();
    proofs = [];
    services.use(
      http.get(factorsUrl, () => HttpResponse.json(factors)),
      http.post(`${at.auth}/users/me/proof/options`, () => HttpResponse.json({ options: {} })),
      http.post(`${at.auth}/users/me/proof`, async ({ request }) => {
        const body = (await request.json()) as { current_password?: string };
        if (body.current_password === "wrong") return problem(400, "The current password is not right.");
        proofs.push(body);
        return HttpResponse.json({ expires_at: time });
      }),
      http.post(`${factorsUrl}/totp`, ifProven(() => ({ secret: "JBSWY3DPEHPK3PXP", uri: "otpauth://x", qr_code: "data:image/svg+xml,x", expires_at: time }))),
      http.post(`${factorsUrl}/totp/confirm`, async ({ request }) => {
        const { code } = (await request.json()) as { code: string };
        if (code !== "123456") return problem(400, "This code is not right.", { code: "incorrect_code" });
        factors = { ...factors, totp: { created_at: time, last_used_at: null }, recovery_codes_left: 10 };
        return HttpResponse.json({ recovery_codes: codes, factor_token: null });
      }),
      http.post(`${factorsUrl}/passkeys/options`, ifProven(() => ({ options: {} }))),
      http.post(`${factorsUrl}/passkeys`, () => {
        factors = { ...factors, passkeys: [phone] };
        return HttpResponse.json({ recovery_codes: null, factor_token: null, passkey: phone });
      }),
      http.delete(`${factorsUrl}/passkeys/1`, ifProven(() => {
        factors = { ...factors, passkeys: [] };
        return { message: "Passkey removed" };
      })),
      http.patch(`${factorsUrl}/passkeys/1`, async ({ request }) => {
        const { name } = (await request.json()) as { name: string };
        factors = { ...factors, passkeys: [{ ...phone, name }] };
        return HttpResponse.json({ ...phone, name });
      }),
      http.post(`${factorsUrl}/recovery-codes`, ifProven(() => ({ recovery_codes: codes }))),
    );
  });

  it("sets an app up: proof, picture and key, code, recovery codes", async () => {
    await open();
    expect(screen.queryByRole("heading", { name: "Recovery codes" })).toBeNull();
    await press("Set up the app");
    await prove();
    expect(await screen.findByText("JBSW Y3DP EHPK 3PXP")).toBeVisible();
    await userEvent.type(screen.getByLabelText("Code from your app"), "000000{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("This code is not right.");
    await userEvent.clear(screen.getByLabelText("Code from your app"));
    await userEvent.type(screen.getByLabelText("Code from your app"), "123456{Enter}");
    const shown = await screen.findByRole("list", { name: "Recovery codes" });
    expect(within(shown).getAllByRole("listitem").map((item) => item.textContent)).toEqual(codes);
    const file = screen.getByRole("link", { name: "Download codes" });
    expect(decodeURIComponent(file.getAttribute("href") ?? "")).toContain(codes.join("\n"));
    await press("Done");
    expect(await screen.findByText("10 codes are left.", { exact: false })).toBeVisible();
    expect(screen.getByRole("button", { name: "Replace the app" })).toBeVisible();
    expect(screen.queryByText(codes[0] ?? "")).toBeNull();
  });

  it("says so when the password is wrong, and goes on after the right one", async () => {
    await open();
    await press("Set up the app");
    await prove("wrong");
    expect(await screen.findByRole("alert")).toHaveTextContent("The current password is not right.");
    await userEvent.clear(screen.getByLabelText("Current password"));
    await prove();
    expect(await screen.findByText("JBSW Y3DP EHPK 3PXP")).toBeVisible();
  });

  it("takes a passkey or a code as proof", async () => {
    await open({ passkeys: [phone], totp: { created_at: time, last_used_at: time }, recovery_codes_left: 1 });
    expect(screen.getByText("One code is left.", { exact: false })).toBeVisible();
    await press("Make new codes");
    await userEvent.click(await screen.findByRole("button", { name: "Use your passkey" }));
    await userEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Make new codes" }));
    expect(await screen.findByText("aaaaa-bbbb9")).toBeVisible();
    expect(proofs).toEqual([{ passkey: expect.objectContaining({ id: "kept" }) as unknown }]);
  });

  it("asks for one proof for several changes", async () => {
    await open({ passkeys: [phone], recovery_codes_left: 10 });
    await press("Add a passkey");
    await prove();
    await userEvent.type(await screen.findByLabelText("Name of the passkey"), "Key{Enter}");
    await status("The passkey is set up.");
    await press("Remove My phone");
    expect(await screen.findByText(/It is your last factor/)).toBeVisible();
    await press("Remove");
    await status("The passkey is removed.");
    expect(screen.queryByRole("list", { name: "Your passkeys" })).toBeNull();
    expect(proofs).toHaveLength(1);
  });

  it("says so when the device refuses", async () => {
    startRegistration.mockRejectedValueOnce(refusal("InvalidStateError"));
    await open({ passkeys: [phone] });
    await press("Add a passkey");
    await prove();
    await userEvent.type(await screen.findByLabelText("Name of the passkey"), "Key{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("has a passkey for your account already");
  });

  it("renames a passkey without proof", async () => {
    await open({ passkeys: [phone] });
    await press("Rename My phone");
    const field = await screen.findByLabelText("Name of the passkey");
    await userEvent.clear(field);
    await userEvent.type(field, "Blue key{Enter}");
    await status("The passkey has its new name.");
    expect(await screen.findByText("Blue key")).toBeVisible();
    expect(proofs).toEqual([]);
  });

  it("says why the last factor stays where one is demanded", async () => {
    services.use(http.delete(`${factorsUrl}/totp`, () => problem(409, "Your role needs a second factor.", { code: "factor_needed" })));
    await open({ totp: { created_at: time, last_used_at: null }, is_required: true });
    expect(screen.getByText("Your role needs at least one.", { exact: false })).toBeVisible();
    await press("Remove the app");
    await prove();
    await userEvent.click(await screen.findByRole("button", { name: "Remove" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("Your role needs a second factor.");
  });

  it("offers no passkeys where there can be none", async () => {
    vi.stubGlobal("PublicKeyCredential", undefined);
    await open();
    expect(screen.queryByRole("button", { name: "Add a passkey" })).toBeNull();
    expect(screen.getByText(/Passkeys need a current browser/)).toBeVisible();
  });

  it("offers another try when the factors cannot be read", async () => {
    services.use(http.get(factorsUrl, () => problem(503, "Try again in a moment."), { once: true }));
    factors = none;
    showInPage(<SecuritySection />);
    expect(await screen.findByRole("alert")).toHaveTextContent("Try again in a moment.");
    await press("Try again");
    expect(await screen.findByRole("heading", { name: "Passkeys" })).toBeVisible();
  });
});

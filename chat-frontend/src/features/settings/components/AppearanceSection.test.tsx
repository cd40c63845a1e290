import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import { chooseLanguage } from "@/i18n/choice";
import { profileOf } from "@/test/people";
import { at, problem, services, startServices } from "@/test/services";
import { showInPage } from "@/test/ShowInPage";
import { tokenFor } from "@/test/tokens";
import { AppearanceSection } from "./AppearanceSection";

startServices();

const changes: unknown[] = [];
const profileIn = (language: "system" | "en" | "de") => profileOf("vera", { preferences: { theme: "system", language } });

beforeEach(() => {
  changes.length = 0;
  beginSession(tokenFor("vera"));
  services.use(
    http.get(`${at.auth}/users/me`, () => HttpResponse.json(profileIn("system"))),
    http.patch(`${at.auth}/users/me`, async ({ request }) => {
      changes.push(await request.json());
      return HttpResponse.json(profileIn("de"));
    }),
  );
});
afterEach(() => act(() => chooseLanguage("system")));

describe("the language", () => {
  it("is shown at once and kept in the account", async () => {
    showInPage(<AppearanceSection />);
    expect(screen.getByRole("radio", { name: "As this device is set" })).toBeChecked();
    await userEvent.click(screen.getByRole("radio", { name: "Deutsch" }));
    expect(await screen.findByRole("radiogroup", { name: "Sprache" })).toBeVisible();
    expect(screen.getByRole("radio", { name: "Deutsch" })).toBeChecked();
    expect(screen.getByRole("radio", { name: "English" })).not.toBeChecked();
    expect(screen.getByRole("radio", { name: "Dunkel" })).toBeVisible();
    await waitFor(() => expect(changes).toEqual([{ preferences: { language: "de" } }]));
  });
});

const me = `${at.auth}/users/me`;

describe("the theme", () => {
  beforeEach(() => beginSession(tokenFor("vera")));

  it("is that of the account", async () => {
    services.use(http.get(me, () => HttpResponse.json(profileOf("vera", { preferences: { theme: "dark", language: "system" } }))));
    showInPage(<AppearanceSection />);
    await waitFor(() => expect(screen.getByRole("radio", { name: "Dark" })).toBeChecked());
  });

  // The account's answer undid what was chosen while it was on its way.
  it("stays as it was chosen when the account answers before the choice is kept", async () => {
    let answer = () => {};
    const held = new Promise<void>((resolve) => (answer = resolve));
    let isSent = false;
    services.use(
      http.get(me, () => held.then(() => HttpResponse.json(profileOf("vera", { preferences: { theme: "light", language: "system" } })))),
      http.patch(me, () => ((isSent = true), new Promise<never>(() => {}))),
    );
    showInPage(<AppearanceSection />);
    await userEvent.click(screen.getByRole("radio", { name: "Dark" }));
    await waitFor(() => expect(isSent).toBe(true));
    answer();
    const undone = waitFor(() => expect(screen.getByRole("radio", { name: "Light" })).toBeChecked(), { timeout: 300 });
    await expect(undone).rejects.toThrow("not checked");
  });

  it("is the account's again when it could not be kept before that was known", async () => {
    let isAnswered = false;
    services.use(
      http.get(me, () => (isAnswered ? HttpResponse.json(profileOf("vera", { preferences: { theme: "light", language: "system" } })) : new Promise<never>(() => {}))),
      http.patch(me, () => ((isAnswered = true), problem(503, "Try again later."))),
    );
    showInPage(<AppearanceSection />);
    await userEvent.click(screen.getByRole("radio", { name: "Dark" }));
    await waitFor(() => expect(screen.getByRole("radio", { name: "Light" })).toBeChecked());
  });
});

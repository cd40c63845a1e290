import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import { chooseLanguage } from "@/i18n/choice";
import { profileOf } from "@/test/people";
import { at, services, startServices } from "@/test/services";
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

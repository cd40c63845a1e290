import { act, screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { afterEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import { PageLoader } from "@/components/PageLoader";
import { chooseLanguage } from "@/i18n/choice";
import { profileOf } from "@/test/people";
import { at, services, startServices } from "@/test/services";
import { showInPage } from "@/test/ShowInPage";
import { tokenFor } from "@/test/tokens";
import { AccountLanguage } from "./AccountLanguage";

startServices();
afterEach(() => act(() => chooseLanguage("system")));

describe("the language of the account", () => {
  it("is that of the page once somebody is signed in, and not before", async () => {
    services.use(http.get(`${at.auth}/users/me`, () => HttpResponse.json(profileOf("vera", { preferences: { theme: "system", language: "de" } }))));
    showInPage(<><AccountLanguage /><PageLoader /></>);
    expect(screen.getByRole("status", { name: "Loading" })).toBeVisible();
    act(() => beginSession(tokenFor("vera")));
    expect(await screen.findByRole("status", { name: "Wird geladen" })).toBeVisible();
    expect(document.documentElement.lang).toBe("de");
  });
});

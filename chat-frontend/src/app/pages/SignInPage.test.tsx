import { act, screen } from "@testing-library/react";
import { afterEach, describe, expect, it } from "vitest";
import { chooseLanguage } from "@/i18n/choice";
import { showInPage } from "@/test/ShowInPage";
import { SignInPage } from "./SignInPage";

afterEach(() => act(() => chooseLanguage("system")));

describe("the sign-in page", () => {
  it("is in the language that is chosen, and changes while it is open", async () => {
    showInPage(<SignInPage />);
    expect(screen.getByLabelText("Username")).toBeVisible();
    await act(() => chooseLanguage("de"));
    expect(screen.getByRole("heading", { name: "Anmelden" })).toBeVisible();
    expect(screen.getByLabelText("Benutzername")).toBeVisible();
    expect(screen.getByLabelText("Passwort")).toBeVisible();
    expect(screen.getByRole("button", { name: "Passwort zeigen oder verbergen" })).toBeVisible();
    expect(screen.getByRole("button", { name: "Anmelden" })).toBeVisible();
    expect(screen.getByRole("link", { name: "Konto anlegen" })).toBeVisible();
    expect(document.title).toBe("Anmelden · ConvoAI");
  });
});

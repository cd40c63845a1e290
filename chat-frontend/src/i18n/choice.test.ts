import { t } from "i18next";
import { afterEach, describe, expect, it } from "vitest";
import { day, timeAgo } from "@/components/times";
import { countSentence } from "@/components/erasure-words";
import { chooseLanguage, getLanguageChoice, startLanguage, subscribeToLanguageChoice } from "./choice";
import { formatNumber } from "./format";

const MARCH = "2026-03-14T12:00:00Z";

afterEach(() => chooseLanguage("system"));

describe("the choice of a language", () => {
  it("is drawn at once, is told, and is kept for the next visit", async () => {
    const seen: string[] = [];
    const unsubscribe = subscribeToLanguageChoice(() => seen.push(getLanguageChoice()));
    await chooseLanguage("de");
    unsubscribe();
    expect(seen).toEqual(["de"]);
    expect(t("Sign in")).toBe("Anmelden");
    expect(document.documentElement.lang).toBe("de");
    expect(window.localStorage.getItem("convoai.language")).toBe("de");
  });

  it("is the last one when two come quickly, however long a catalog takes", async () => {
    await Promise.all([chooseLanguage("de"), chooseLanguage("en")]);
    expect(t("Sign in")).toBe("Sign in");
    expect(document.documentElement.lang).toBe("en");
  });

  it("is that of the other tabs", async () => {
    await startLanguage();
    expect(t("Sign in")).toBe("Sign in");
    window.localStorage.setItem("convoai.language", "de");
    window.dispatchEvent(new StorageEvent("storage", { key: "convoai.language" }));
    expect(getLanguageChoice()).toBe("de");
  });

  it("is the one in which numbers and moments are written", async () => {
    const now = new Date("2026-03-15T12:00:00Z");
    const written = () => [
      formatNumber(12_345.5),
      day(MARCH),
      timeAgo(MARCH, now.getTime()),
      countSentence({ messages: 1_200, sessions: 1 }),
    ];
    expect(written()).toEqual(["12,345.5", "Mar 14, 2026", "yesterday", "1,200 messages, 1 sign-in"]);
    await chooseLanguage("de");
    expect(written()).toEqual(["12.345,5", "14.03.2026", "gestern", "1.200 Nachrichten, 1 Anmeldung"]);
  });
});

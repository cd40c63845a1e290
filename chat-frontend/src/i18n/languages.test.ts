import { describe, expect, it } from "vitest";
import { isLanguageChoice, languageOf } from "./languages";

describe("the language of the page", () => {
  it.each([
    [["de-AT", "en"], "de"],
    [["fr", "DE", "en"], "de"],
    [["en-GB", "de"], "en"],
    [["den", "fr"], "en"],
    [[], "en"],
  ])("is the first of the device's that is offered: %j", (wanted, language) => {
    expect(languageOf("system", wanted)).toBe(language);
  });

  it("is the chosen one whatever the device says", () => {
    expect(languageOf("en", ["de"])).toBe("en");
    expect(languageOf("de", ["en"])).toBe("de");
  });

  it("is chosen among those that are offered", () => {
    expect(["system", "en", "de", "fr", "", null].filter(isLanguageChoice)).toEqual(["system", "en", "de"]);
  });
});

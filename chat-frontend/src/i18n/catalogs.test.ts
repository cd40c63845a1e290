import { describe, expect, it } from "vitest";
import { bareTextsOf, keysOf, sourcePaths } from "@/test/source-texts";
import { english } from "./english";
import { areas, german } from "./german/catalog";

const isPlural = (key: string) => key.includes("{{count");
const paths = sourcePaths();
const keys = [...new Set(paths.flatMap(keysOf))];
const wantedOf = (key: string) => (isPlural(key) ? [`${key}_one`, `${key}_other`] : [key]);
const placeholdersOf = (text: string) => (text.match(/\{\{[^}]+\}\}|<\/?\w+ ?\/?>/g) ?? []).toSorted();

/** A singular may say "one" in a word. */
const differs = ([key, text]: [string, string]) => {
  const placeholders = placeholdersOf(text);
  const expected = placeholdersOf(key).filter((one) => !key.endsWith("_one") || !one.startsWith("{{count") || placeholders.includes(one));
  return placeholders.join() !== expected.join();
};

describe("the German catalog", () => {
  it("has every text that is in the page", () => {
    expect(keys.flatMap(wantedOf).filter((key) => german[key] === undefined)).toEqual([]);
  });

  it("has no text that nobody uses", () => {
    const wanted = new Set(keys.flatMap(wantedOf));
    expect(Object.keys(german).filter((key) => !wanted.has(key))).toEqual([]);
  });

  it("has each text in one area alone", () => {
    const all = areas.flatMap((area) => Object.keys(area));
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([]);
  });

  it("has the same placeholders as English", () => {
    expect(Object.entries(german).filter(differs)).toEqual([]);
  });
});

describe("the English catalog", () => {
  it("has the singular of every text with a count, and nothing else", () => {
    expect(Object.keys(english).toSorted()).toEqual(keys.filter(isPlural).map((key) => `${key}_one`).toSorted());
    expect(Object.entries(english).filter(differs)).toEqual([]);
  });
});

describe("the page", () => {
  it("shows no text that cannot be translated", () => {
    expect(paths.flatMap((path) => bareTextsOf(path).map((text) => `${path}: ${text}`))).toEqual([]);
  });
});

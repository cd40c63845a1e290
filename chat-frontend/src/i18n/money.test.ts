import { afterEach, describe, expect, it } from "vitest";
import { editableUsd, formatExactUsd, formatUsd, parseUsd } from "./money";
import { show } from "./translation";

// German puts a no-break space before the sign.
const plain = (text: string) => text.replaceAll("\u00A0", " ");

afterEach(() => show("en"));

describe("an amount", () => {
  it.each([
    [0, "$0.00", "0,00 $"],
    [0.000000001, "$0.000000001", "0,000000001 $"],
    [0.00000123, "$0.0000012", "0,0000012 $"],
    [0.0012, "$0.0012", "0,0012 $"],
    [0.00999, "$0.01", "0,01 $"],
    [0.0345, "$0.035", "0,035 $"],
    [0.05, "$0.05", "0,05 $"],
    [0.1, "$0.10", "0,10 $"],
    [0.999, "$1.00", "1,00 $"],
    [12.345, "$12.35", "12,35 $"],
    [1_234_567.8, "$1,234,567.80", "1.234.567,80 $"],
  ])("of %f is short, and never in powers of ten", async (amount, english, german) => {
    expect(formatUsd(amount)).toBe(english);
    await show("de");
    expect(plain(formatUsd(amount))).toBe(german);
  });

  it("that somebody has set keeps all its digits", () => {
    expect([1.125, 0.075, 1000, 0.000000001].map(formatExactUsd)).toEqual(["$1.125", "$0.075", "$1,000.00", "$0.000000001"]);
  });
});

describe("a typed amount", () => {
  it.each([["12", 12], [" 0.5 ", 0.5], ["1000.000000001", 1000.000000001], ["0", 0]])("%s is read in English", (text, amount) => {
    expect(parseUsd(text)).toBe(amount);
  });

  it.each(["", "-1", "1e3", "1,5", "1,234.5", "1.2.3", ".5", "5.", "$5", "0.0000000001", "1234567890"])("%s is none in English", (text) => {
    expect(parseUsd(text)).toBeNull();
  });

  it("has a comma in German, and a point is not taken for one", async () => {
    await show("de");
    expect(parseUsd("1000,5")).toBe(1000.5);
    expect(parseUsd("1.000")).toBeNull();
  });

  it.each(["en", "de"] as const)("is read as it is offered for changing, in %s", async (language) => {
    await show(language);
    for (const amount of [0, 0.000000001, 1.125, 12345.6]) expect(parseUsd(editableUsd(amount))).toBe(amount);
  });
});

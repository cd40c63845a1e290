import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { strengthOf } from "./password-strength";

const names = ["ada.lovelace", "ada@example.org", "Ada Lovelace"];

describe("the strength of a new password", () => {
  it.each([
    ["a", "Add 7 more characters."],
    ["abcdef1", "Add one more character."],
    ["12345678", "Add a letter."],
    ["abcdefgh", "Add a digit."],
    [`${"x".repeat(128)}1`, "Leave out 1: 128 characters are the most."],
  ])("is not enough for the service: %s", (password, advice) => {
    expect(strengthOf(password, names)).toEqual({ level: 0, label: "Not enough yet", advice });
  });

  it("is not enough when it is the person's own address", () => {
    expect(strengthOf("ada1@example.org", ["Ada1@Example.org"])).toMatchObject({ level: 0, advice: "Do not take your own name or address." });
  });

  it.each([
    ["testpass123", "Avoid “test”: it is among the first that are tried."],
    ["P4ssw0rd99", "Avoid “P4ssw0rd”: it is among the first that are tried."],
    ["lovelace7!", "Leave out “lovelace”: others know it of you."],
    ["qwertz12x", "Avoid sequences such as “qwertz”."],
    ["xy7777777z", "Avoid repetitions such as “7777777”."],
    ["berta1984", "Avoid years: there are few of them."],
  ])("is low for what is guessed first, and says why: %s", (password, advice) => {
    const strength = strengthOf(password, names);
    expect(strength.level).toBeLessThanOrEqual(2);
    expect(strength.advice).toBe(advice);
  });

  it("grows with words that have nothing to do with each other", () => {
    expect(strengthOf("violin7k", names)).toMatchObject({ level: 1, advice: "Another word or two make it stronger." });
    expect(strengthOf("violin-kettle7", names).level).toBe(3);
    expect(strengthOf("violin-kettle7-umbra", names)).toEqual({ level: 4, label: "Strong", advice: null });
  });

  it("never falls when something is added that is no pattern, and takes any script", () => {
    const text = fc.string({ unit: "grapheme", minLength: 8, maxLength: 40 });
    fc.assert(fc.property(text, (password) => {
      const before = strengthOf(`${password}a1`, names).level;
      expect(strengthOf(`${password}a1#ß`, names).level).toBeGreaterThanOrEqual(before);
    }));
  });
});

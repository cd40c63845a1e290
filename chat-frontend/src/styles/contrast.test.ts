import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

type Colour = [number, number, number];

const css = readFileSync("src/styles/global.css", "utf8");
const white: Colour = [255, 255, 255];
const gradientEnds: Colour[] = [[0x66, 0x7e, 0xea], [0x76, 0x4b, 0xa2]];

/** The value of a variable in the light rules (the first that has it) or the dark ones (the last). */
function valueOf(name: string, scheme: "light" | "dark"): string {
  const values = [...css.matchAll(new RegExp(`${name}: ([^;]+);`, "g"))].map(([, value]) => value ?? "");
  return (scheme === "light" ? values[0] : values.at(-1)) ?? "";
}

function hex(value: string): Colour {
  const [red = 0, green = 0, blue = 0] = (value.match(/[0-9a-f]{2}/gi) ?? []).map((part) => Number.parseInt(part, 16));
  return [red, green, blue];
}

function over([red, green, blue]: Colour, alpha: number, ground: Colour): Colour {
  const mix = (top: number, below: number) => top * alpha + below * (1 - alpha);
  return [mix(red, ground[0]), mix(green, ground[1]), mix(blue, ground[2])];
}

function shade(name: string, scheme: "light" | "dark", ground: Colour): Colour {
  const [red = 0, green = 0, blue = 0, percent = 0] = (valueOf(name, scheme).match(/\d+/g) ?? []).map(Number);
  return over([red, green, blue], percent / 100, ground);
}

function luminance(colour: Colour): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: Colour, other: Colour): number {
  const [dark = 0, bright = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

describe.each(["light", "dark"] as const)("in the %s theme", (scheme) => {
  it.each(gradientEnds)("white text on a glass tile of the sidebar reaches 4.5:1 (gradient at %i, %i, %i)", (...end) => {
    // The tile is brightest where it is white at 10 %.
    const tile = over(white, 0.1, shade("--sidebar-shade", scheme, end));
    expect(contrast(white, tile)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(gradientEnds)("white text in a user's message reaches 4.5:1 (gradient at %i, %i, %i)", (...end) => {
    expect(contrast(white, shade("--bubble-shade", scheme, end))).toBeGreaterThanOrEqual(4.5);
  });

  it.each([
    ["--text", "--surface"], ["--text", "--ground"], ["--text-quiet", "--surface"], ["--text-quiet", "--ground"],
    ["--text-quiet", "--code-ground"], ["--link", "--surface"], ["--trouble-text", "--trouble-ground"], ["--error-text", "--error-ground"],
    ["--done-text", "--done-ground"], ["--link", "--accent-ground"], ["--done-text", "--surface"], ["--done-text", "--ground"],
  ])("%s on %s reaches 4.5:1", (text, ground) => {
    expect(contrast(hex(valueOf(text, scheme)), hex(valueOf(ground, scheme)))).toBeGreaterThanOrEqual(4.5);
  });

  it.each([["--focus", "--ground"], ["--control-line", "--surface-raised"]])("%s on %s reaches 3:1", (line, ground) => {
    expect(contrast(hex(valueOf(line, scheme)), hex(valueOf(ground, scheme)))).toBeGreaterThanOrEqual(3);
  });
});

import { describe, expect, it } from "vitest";
import { includesNow, readView, scopeOf, sharedPart, USUAL, withView } from "./view";

const NOON = Date.parse("2026-11-28T12:00:00Z");
const view = (query: string) => readView(new URLSearchParams(query));

describe("the view in the address", () => {
  it("is the usual one where nothing is said, or what is said has no meaning", () => {
    expect(view("")).toEqual(USUAL);
    expect(view("range=3y&zone=Nowhere/Else&from=2026-02-30&to=x")).toEqual(USUAL);
    expect(view("from=2026-03-02&to=2026-03-01")).toEqual(USUAL);
  });

  it.each([
    { range: "7d" as const },
    { range: "custom" as const, from: "2026-03-01", to: "2026-03-09" },
    { zone: "Asia/Kolkata" },
    { isCompared: false },
    { subject: "a person & more", sort: "cost_usd" },
  ])("says what was chosen: %j", (change) => {
    expect(readView(withView(new URLSearchParams(), change))).toEqual({ ...USUAL, ...change });
  });

  it("leaves out what is usual, and keeps what is not its own", () => {
    const address = withView(new URLSearchParams("range=7d&other=1"), { range: "30d" });
    expect(address.toString()).toBe("other=1");
  });

  it("goes along to other sections without what is of one alone", () => {
    expect(sharedPart(new URLSearchParams("range=7d&subject=x&sort=y&zone=UTC"))).toBe("?range=7d&zone=UTC");
    expect(sharedPart(new URLSearchParams("subject=x"))).toBe("");
  });

  it("knows whether this moment is in it, by the zone's own day", () => {
    const only = (day: string, zone: string) => scopeOf({ ...USUAL, range: "custom", from: day, to: day, zone }, NOON);
    expect(includesNow(only("2026-11-28", "UTC"), NOON)).toBe(true);
    expect(includesNow(only("2026-11-28", "Pacific/Kiritimati"), NOON)).toBe(false);
    expect(includesNow(only("2026-11-29", "Pacific/Kiritimati"), NOON)).toBe(true);
    expect(includesNow(only("2026-11-27", "UTC"), NOON)).toBe(false);
  });

  it("comes to days of the zone that is looked at", () => {
    expect(scopeOf({ ...USUAL, range: "today", zone: "Pacific/Kiritimati" }, NOON)).toMatchObject({ from: "2026-11-29", to: "2026-11-29", interval: "hour" });
    expect(scopeOf({ ...USUAL, range: "7d", zone: "UTC" }, NOON)).toMatchObject({ from: "2026-11-22", to: "2026-11-28", interval: "day" });
  });
});

import { afterEach, describe, expect, it } from "vitest";
import { chooseLanguage } from "@/i18n/choice";
import { activityTime } from "./times";

const NOW = new Date("2026-03-15T12:00:00Z");
const moments = ["2026-03-15T11:59:30Z", "2026-03-15T11:20:00Z", "2026-03-15T07:00:00Z", "2026-03-02T12:00:00Z", "2025-12-24T12:00:00Z"];

afterEach(() => chooseLanguage("system"));

describe("the time of the last activity", () => {
  it("is short, in the language of the page", async () => {
    const read = () => moments.map((at) => activityTime(at, NOW));
    expect(read()).toEqual(["just now", "40 min ago", "5 h ago", "Mar 2", "Dec 24, 2025"]);
    await chooseLanguage("de");
    expect(read()).toEqual(["gerade eben", "vor 40 Min.", "vor 5 Std.", "2. März", "24. Dez. 2025"]);
  });
});

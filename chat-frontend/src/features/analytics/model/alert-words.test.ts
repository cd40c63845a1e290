import { afterEach, describe, expect, it } from "vitest";
import { show } from "@/i18n/translation";
import { alertOf, changeOf, ruleOf } from "@/test/alerts";
import { channelTexts, noticeText } from "./alert-channels";
import { figureGroups } from "./alert-figures";
import { alertText, basisText, changeValue, conditionText, firesAt, isSo } from "./alert-words";

/** Node's own data writes some spaces as unbreakable ones. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, " ");

describe("a rule in words", () => {
  it.each([
    [{}, "Error rate over 5% for 5 minutes"],
    [{ for_minutes: 0 }, "Error rate over 5%"],
    [{ for_minutes: 1, comparison: "below" as const }, "Error rate under 5% for 1 minute"],
    [{ for_minutes: 0, comparison: "below" as const, figure: "questions", threshold: 1200 }, "Questions under 1,200"],
    [{ figure: "first_token_p95", threshold: 15, for_minutes: 90 }, "Time to first token (p95) over 15 s for 90 minutes"],
    [{ figure: "spend_today_usd", threshold: 50, for_minutes: 0 }, "Spent today over $50.00"],
    [{ figure: "minutes_since_event", threshold: 60, for_minutes: 120 }, "Time without events over 1 hour for 2 hours"],
    [{ by: "model" as const, subject: "gpt-x" }, "Error rate of gpt-x over 5% for 5 minutes"],
    [{ figure: "open_circuits", threshold: 0, for_minutes: 0 }, "Providers left alone over 0"],
    [{ figure: "budget_used_month_percent", threshold: 80, for_minutes: 0 }, "Used of the month’s budget over 80%"],
    [{ figure: "pages_printed", threshold: 2, for_minutes: 0 }, "pages_printed over 2"],
    [{ figure: "wear_percent", threshold: 80, for_minutes: 0 }, "wear_percent over 80%"],
    [{ figure: "heaviest_share", threshold: 0.8, for_minutes: 0 }, "heaviest_share over 80%"],
  ])("with %j says «%s»", (more, text) => {
    expect(plain(conditionText(ruleOf("1", more)))).toBe(text);
  });

  it("says of which time and of whom the figure is", () => {
    expect(basisText(ruleOf("1"))).toBe("Taken over 10 minutes, of all together");
    expect(basisText(ruleOf("1", { figure: "spend_today_usd", by: "provider", subject: "openai" }))).toBe("Of the provider openai");
    expect(basisText(ruleOf("1", { by: "model", subject: "gpt-x", window_minutes: 60 }))).toBe("Taken over 1 hour, of the model gpt-x");
  });

  it("says whom it tells", () => {
    expect(channelTexts(ruleOf("1", { webhook_url: "https://hooks.example.com:8443/a?b" }))).toEqual(["Tells the webhook at hooks.example.com:8443"]);
    expect(channelTexts(ruleOf("1", { email: true }))).toEqual(["Mails all administrators"]);
    expect(channelTexts(ruleOf("1"))).toEqual(["Tells nobody: it shows here alone"]);
  });
});

describe("what was told last in words", () => {
  const notice = { channel: "webhook" as const, attempts: 3, made_at: "2026-03-01T12:00:00", reason: null };
  it.each([
    [{ ...notice, channel: "email" as const, state: "told" as const }, "Mail: told last on Mar 1, 2026, 12:00 PM"],
    [{ ...notice, state: "waiting" as const }, "Webhook: about to be told"],
    [{ ...notice, state: "waiting" as const, reason: "too_slow" }, "Webhook: not told yet, attempt 3 failed (too_slow)"],
    [{ ...notice, state: "given_up" as const, reason: "status_500", attempts: 10 }, "Webhook: could not be told on Mar 1, 2026, 12:00 PM, given up after 10 attempts (status_500)"],
  ])("of %j is «%s»", (last, text) => {
    expect(plain(noticeText(last))).toBe(text);
  });
});

describe("an alert in words", () => {
  it("has its figure in its unit, and a dash for none", () => {
    expect(alertText(alertOf(ruleOf("1")))).toBe("Error rate over 5% for 5 minutes: 12%");
    expect(alertText(alertOf(ruleOf("1", { for_minutes: 0 }), { value: null }))).toBe("Error rate over 5%: –");
    expect(plain(alertText(alertOf(ruleOf("1", { figure: "minutes_since_event", threshold: 30, for_minutes: 0 }), { value: 75 })))).toBe("Time without events over 30 minutes: 75 minutes");
  });

  it("tells what is so from what was", () => {
    const below = ruleOf("1", { comparison: "below" });
    expect([0.12, 0.05, null].map((value) => isSo(alertOf(ruleOf("1"), { value })))).toEqual([true, false, false]);
    expect([0.12, 0.05, 0.01].map((value) => isSo(alertOf(below, { value })))).toEqual([false, false, true]);
  });

  it("says when it will fire", () => {
    expect(firesAt(alertOf(ruleOf("1"), { since: "2026-03-01T12:00:00Z" }))).toBe("2026-03-01T12:05:00.000Z");
  });

  it("of the past has no unit that may be another one's", () => {
    const rule = ruleOf("1");
    expect(changeValue(changeOf("1", rule))).toBe("12%");
    expect(changeValue(changeOf("1", rule, { figure: null }))).toBe("0.12");
    expect(changeValue(changeOf("1", rule, { figure: null, value: null }))).toBe("–");
  });
});

describe("in German", () => {
  afterEach(() => show("en"));

  it("the same is said with German numbers", async () => {
    await show("de");
    expect(plain(alertText(alertOf(ruleOf("1", { threshold: 0.055 }))))).toBe("Fehlerquote 5 Minuten lang über 5,5 %: 12 %");
  });
});

describe("the menu of figures", () => {
  it("has those that the service offers, in groups, and by their names those that it has no words for", () => {
    const groups = figureGroups(["pages_printed", "cost_usd", "error_rate", "spend_today_usd"]);
    expect(groups.map(({ group, items }) => [group, items.map(({ value, label }) => [value, label])])).toEqual([
      ["Failures", [["error_rate", "Error rate"]]],
      ["Money", [["spend_today_usd", "Spent today"], ["cost_usd", "Cost"]]],
      ["Further figures", [["pages_printed", "pages_printed"]]],
    ]);
  });
});

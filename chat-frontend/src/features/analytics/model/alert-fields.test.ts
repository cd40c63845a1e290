import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ruleOf } from "@/test/alerts";
import { type AlertFields, changeOf, conditionOf, emptyRule, fieldsOf, orderOf, withFigure } from "./alert-fields";

const filled = (more: Partial<AlertFields> = {}): AlertFields => ({ ...emptyRule, name: " Requests fail ", threshold: 5, ...more });

describe("the form of a rule", () => {
  it("sends shares of one where percent were typed", () => {
    expect(orderOf(filled())).toEqual({
      name: "Requests fail", figure: "error_rate", comparison: "above", threshold: 0.05, window_minutes: 10, for_minutes: 5, by: "all", subject: "", email: false, webhook_url: null,
    });
    expect(orderOf(filled({ figure: "spend_today_usd", threshold: 12.5 }))).toMatchObject({ threshold: 12.5 });
  });

  it("sends no subject of a rule for all, and the trimmed one of others", () => {
    expect(orderOf(filled({ subject: "gpt-x" }))).toMatchObject({ by: "all", subject: "" });
    expect(orderOf(filled({ by: "model", subject: " gpt-x " }))).toMatchObject({ by: "model", subject: "gpt-x" });
  });

  it("sends a secret where one was typed, to a webhook or none", () => {
    const webhook = { webhook_url: " https://hooks.example.com/a ", webhook_secret: "a secret of the hook" };
    expect(orderOf(filled(webhook))).toMatchObject({ webhook_url: "https://hooks.example.com/a", webhook_secret: "a secret of the hook" });
    expect(orderOf(filled({ webhook_secret: "a secret of the hook" }))).toMatchObject({ webhook_url: null, webhook_secret: "a secret of the hook" });
    expect(orderOf(filled({ webhook_url: webhook.webhook_url }))).not.toHaveProperty("webhook_secret");
  });

  it.each([
    ["a name", { name: "  " }],
    ["a threshold", { threshold: "" }],
    ["a threshold that is a number", { threshold: "-" }],
    ["a window", { window_minutes: "" }],
    ["a time", { for_minutes: "" }],
    ["a model", { by: "model" as const, subject: " " }],
  ])("sends nothing without %s", (_, more) => {
    expect(orderOf(filled(more))).toBeNull();
  });

  it("shows what it waits for before there is a name", () => {
    expect(conditionOf(filled({ name: "" }))).toMatchObject({ figure: "error_rate", threshold: 0.05 });
    expect(conditionOf(emptyRule)).toBeNull();
  });

  it("forgets a threshold in another unit", () => {
    expect(withFigure(filled(), "failed_share", ["all"]).threshold).toBe(5);
    expect(withFigure(filled(), "requests", ["all"]).threshold).toBe("");
    expect(withFigure(filled(), "budget_used_day_percent", ["all"]).threshold).toBe("");
  });

  it("is about all where the figure is not known of a model", () => {
    const ofModel = filled({ by: "model", subject: "gpt-x" });
    expect(withFigure(ofModel, "failed_share", ["all", "model", "provider"])).toMatchObject({ by: "model", subject: "gpt-x" });
    expect(withFigure(ofModel, "open_circuits", ["all", "provider"])).toMatchObject({ by: "all", subject: "" });
  });
});

describe("a rule that is changed", () => {
  const told = ruleOf("1", { webhook_url: "https://hooks.example.com/a" });
  const changed = (more: Partial<AlertFields>) => {
    const order = orderOf({ ...fieldsOf(told), ...more });
    return order === null ? null : changeOf(told, order);
  };

  it("sends what was changed and nothing else", () => {
    expect(changed({})).toEqual({});
    expect(changed({ threshold: 7, name: "Fails" })).toEqual({ threshold: 0.07, name: "Fails" });
  });

  it("keeps its secret unless another is typed, and loses its webhook when the address is emptied", () => {
    expect(fieldsOf(told).webhook_secret).toBe("");
    expect(changed({ webhook_secret: "another secret then" })).toEqual({ webhook_secret: "another secret then" });
    expect(changed({ webhook_url: "" })).toEqual({ webhook_url: null });
  });

  it("keeps every threshold that nobody touches: another one would begin the alert anew", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 1_000_000 }), (millionths) => {
      const rule = ruleOf("1", { threshold: millionths / 1_000_000 });
      const order = orderOf(fieldsOf(rule));
      expect(order === null ? null : changeOf(rule, order)).toEqual({});
    }));
  });
});

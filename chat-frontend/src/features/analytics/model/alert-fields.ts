/** Owns what the form of a rule holds, and what is sent of it. */
import type { AlertRule, AlertRuleChange, AlertRuleOrder } from "@/api/shapes";
import { figureUnit } from "./alert-figures";
import type { Condition } from "./alert-words";

/** What is being typed into a field of a number may be a text. */
type Typed = number | string;

export interface AlertFields {
  name: string;
  figure: string;
  comparison: AlertRule["comparison"];
  /** In the unit in which it is typed: of shares, percent. */
  threshold: Typed;
  window_minutes: Typed;
  for_minutes: Typed;
  by: AlertRule["by"];
  subject: string;
  webhook_url: string;
  /** Empty for the one that is kept; nobody is told it. */
  webhook_secret: string;
  email: boolean;
}

/** The fields that show what the service says of them. */
export const ALERT_FIELDS: (keyof AlertFields)[] = [
  "name", "figure", "comparison", "threshold", "window_minutes", "for_minutes", "by", "subject", "webhook_url", "webhook_secret", "email",
];

export const LONGEST_NAME = 100;
export const MOST_MINUTES = 1_440;
export const emptyRule: AlertFields = {
  name: "", figure: "error_rate", comparison: "above", threshold: "", window_minutes: 10, for_minutes: 5, by: "all", subject: "", webhook_url: "", webhook_secret: "", email: false,
};

const PERCENT = 100;
// A double holds as many digits: what is divided and multiplied comes back as it was.
const DIGITS = 15;
const exact = (value: number) => Number(value.toPrecision(DIGITS));

const typedThreshold = (value: number, figure: string) => (figureUnit(figure) === "share" ? exact(value * PERCENT) : value);
const sentThreshold = (value: number, figure: string) => (figureUnit(figure) === "share" ? exact(value / PERCENT) : value);

/** Null for what is no number. */
export function numberOf(typed: Typed): number | null {
  const value = typeof typed === "number" ? typed : Number.parseFloat(typed);
  return Number.isFinite(value) ? value : null;
}

export function fieldsOf(rule: AlertRule): AlertFields {
  const { name, figure, comparison, threshold, window_minutes, for_minutes, by, subject, webhook_url, email } = rule;
  return {
    name, figure, comparison, threshold: typedThreshold(threshold, figure), window_minutes, for_minutes, by, subject, webhook_url: webhook_url ?? "", webhook_secret: "", email,
  };
}

/** The fields with another figure, and what of the others still fits: a threshold in another unit would be of another size. */
export function withFigure(fields: AlertFields, figure: string, cuts: string[]): AlertFields {
  const threshold = figureUnit(figure) === figureUnit(fields.figure) ? fields.threshold : "";
  return { ...fields, figure, threshold, ...(cuts.includes(fields.by) ? {} : { by: "all", subject: "" }) };
}

/** What the rule would wait for; null as long as something of it is missing. */
export function conditionOf(fields: AlertFields): Condition | null {
  const [threshold, window, lasting] = [fields.threshold, fields.window_minutes, fields.for_minutes].map(numberOf);
  if (typeof threshold !== "number" || typeof window !== "number" || typeof lasting !== "number") return null;
  const { figure, comparison, by } = fields;
  const subject = by === "all" ? "" : fields.subject.trim();
  if (by !== "all" && subject === "") return null;
  return { figure, comparison, threshold: sentThreshold(threshold, figure), window_minutes: window, for_minutes: lasting, by, subject };
}

/** What is sent for a new rule; null as long as something is missing. */
export function orderOf(fields: AlertFields): AlertRuleOrder | null {
  const condition = conditionOf(fields);
  const name = fields.name.trim();
  if (condition === null || name === "") return null;
  const url = fields.webhook_url.trim();
  return { name, ...condition, email: fields.email, webhook_url: url === "" ? null : url, ...(fields.webhook_secret === "" ? {} : { webhook_secret: fields.webhook_secret }) };
}

/** What of an order is to be changed: what is not named stays, as does what somebody else has changed meanwhile. */
export function changeOf(rule: AlertRule, order: AlertRuleOrder): AlertRuleChange {
  const known: Partial<Record<string, unknown>> = rule;
  return Object.fromEntries(Object.entries(order).filter(([name, value]) => known[name] !== value));
}

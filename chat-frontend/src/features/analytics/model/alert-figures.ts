/** Owns how the figures that a rule may be about are called, grouped and measured; the service says which there are. */
import { t } from "i18next";
import { phrase } from "@/i18n/phrase";
import type { Unit } from "./units";

interface AlertFigure {
  label: string;
  /** The quantile, where it is of durations. */
  quantile?: string;
  unit: Unit;
  /** It is of a day, of a month or of now, and not of the last minutes, as many as a rule says. */
  isOfNow?: boolean;
}

const QUANTILES = ["p50", "p95", "p99"];

const quantilesOf = (measure: string, label: string): [string, AlertFigure][] => QUANTILES.map((quantile) => [`${measure}_${quantile}`, { label, quantile, unit: "seconds" }]);

const FAILURES: [string, AlertFigure][] = [
  ["error_rate", { label: phrase("Error rate"), unit: "share" }],
  ["requests_5xx", { label: phrase("Failed requests"), unit: "count" }],
  ["requests_4xx", { label: phrase("Refused requests"), unit: "count" }],
  ["failed_share", { label: phrase("Share of failed answers"), unit: "share" }],
  ["failed_answers", { label: phrase("Failed answers"), unit: "count" }],
  ["open_circuits", { label: phrase("Providers left alone"), unit: "count", isOfNow: true }],
  ["minutes_since_event", { label: phrase("Time without events"), unit: "minutes", isOfNow: true }],
];

const TIMES: [string, AlertFigure][] = [
  ...quantilesOf("first_token", phrase("Time to first token")),
  ["avg_first_token_seconds", { label: phrase("Average time to first token"), unit: "seconds" }],
  ...quantilesOf("answer", phrase("Time to answer")),
  ["avg_answer_seconds", { label: phrase("Average time to answer"), unit: "seconds" }],
  ...quantilesOf("request", phrase("Response time of requests")),
  ["avg_response_seconds", { label: phrase("Average response time of requests"), unit: "seconds" }],
];

const MONEY: [string, AlertFigure][] = [
  ["spend_today_usd", { label: phrase("Spent today"), unit: "usd", isOfNow: true }],
  ["spend_month_usd", { label: phrase("Spent this month"), unit: "usd", isOfNow: true }],
  ["budget_used_day_percent", { label: phrase("Used of the day’s budget"), unit: "percent", isOfNow: true }],
  ["budget_used_month_percent", { label: phrase("Used of the month’s budget"), unit: "percent", isOfNow: true }],
  ["cost_usd", { label: phrase("Cost"), unit: "usd" }],
  ["priced_answers", { label: phrase("Answers with a price"), unit: "count" }],
];

const USE: [string, AlertFigure][] = [
  ["messages", { label: phrase("Messages"), unit: "count" }],
  ["questions", { label: phrase("Questions"), unit: "count" }],
  ["answers", { label: phrase("Answers"), unit: "count" }],
  ["total_tokens", { label: phrase("Tokens"), unit: "count" }],
  ["prompt_tokens", { label: phrase("Tokens read"), unit: "count" }],
  ["completion_tokens", { label: phrase("Tokens written"), unit: "count" }],
  ["requests", { label: phrase("Requests"), unit: "count" }],
  ["sign_ins", { label: phrase("Sign-ins"), unit: "count" }],
  ["registrations", { label: phrase("New people"), unit: "count" }],
  ["conversations", { label: phrase("Conversations begun"), unit: "count" }],
  ["conversations_deleted", { label: phrase("Conversations deleted"), unit: "count" }],
  ["thumbs_up", { label: phrase("Thumbs up"), unit: "count" }],
  ["thumbs_down", { label: phrase("Thumbs down"), unit: "count" }],
];

const GROUPS: [string, [string, AlertFigure][]][] = [
  [phrase("Failures"), FAILURES],
  [phrase("Times"), TIMES],
  [phrase("Money"), MONEY],
  [phrase("Use"), USE],
];

const KNOWN = new Map(GROUPS.flatMap(([, figures]) => figures));

/** What a newer service has measured says its unit in its name. */
function unitInName(figure: string): Unit {
  if (figure.endsWith("_usd")) return "usd";
  if (figure.endsWith("_percent")) return "percent";
  if (figure.endsWith("_share") || figure.endsWith("_rate")) return "share";
  if (figure.startsWith("minutes_") || figure.endsWith("_minutes")) return "minutes";
  return /_p\d\d$|_seconds$/.test(figure) ? "seconds" : "count";
}

export function figureUnit(figure: string): Unit {
  return KNOWN.get(figure)?.unit ?? unitInName(figure);
}

/** The name of the service where there are no words. */
export function figureName(figure: string): string {
  const known = KNOWN.get(figure);
  if (known === undefined) return figure;
  return known.quantile === undefined ? t(known.label) : `${t(known.label)} (${known.quantile})`;
}

/** Whether it is taken over the last minutes, as many as the rule says. */
export function isTakenOver(figure: string): boolean {
  return KNOWN.get(figure)?.isOfNow !== true;
}

export interface FigureGroup {
  group: string;
  items: { value: string; label: string }[];
}

const listed = (names: string[]) => names.map((value) => ({ value, label: figureName(value) }));

/** Those on offer, for a menu: the ones without words are in a group of their own, at the end. */
export function figureGroups(offered: string[]): FigureGroup[] {
  const groups = GROUPS.map(([label, figures]) => ({ group: t(label), items: listed(figures.map(([name]) => name).filter((name) => offered.includes(name))) }));
  const others = { group: t("Further figures"), items: listed(offered.filter((name) => !KNOWN.has(name))) };
  return [...groups, others].filter(({ items }) => items.length > 0);
}

/** Owns the columns of each list, and by what it can be sorted. */
import { t } from "i18next";
import type { Figures, Ranked, RankedModel } from "@/api/shapes";
import { phrase } from "@/i18n/phrase";
import type { Sort } from "../api/insights";
import type { FigureTable } from "./tables";
import type { Unit } from "./units";

export interface RankColumn<One extends Ranked = Ranked> {
  label: string;
  unit: Unit;
  read: (row: One) => number | null;
}

const figure = (label: string, unit: Unit, read: (figures: Figures) => number | null): RankColumn => ({ label, unit, read: ({ figures }) => read(figures) });

const messages = figure(phrase("Messages"), "count", (figures) => figures.messages);
const tokens = figure(phrase("Tokens"), "count", (figures) => figures.total_tokens);
const cost = figure(phrase("Cost"), "usd", (figures) => figures.cost_usd);
const failed = figure(phrase("Failed answers"), "count", (figures) => figures.failed_answers);
const up = figure(phrase("Thumbs up"), "count", (figures) => figures.thumbs_up);
const down = figure(phrase("Thumbs down"), "count", (figures) => figures.thumbs_down);

export const PERSON_COLUMNS = [messages, tokens, cost, figure(phrase("Conversations begun"), "count", (figures) => figures.conversations), failed, up, down];
export const CONVERSATION_COLUMNS = [messages, tokens, cost, failed, up, down];
export const ROLE_COLUMNS = [messages, tokens];
export const COST_COLUMNS = [cost, tokens, messages];
export const MODEL_COLUMNS: RankColumn<RankedModel>[] = [
  messages, tokens, cost, failed, up, down,
  { label: phrase("Answer p50"), unit: "seconds", read: ({ durations }) => durations.answer.p50 },
  { label: phrase("Answer p95"), unit: "seconds", read: ({ durations }) => durations.answer.p95 },
  { label: phrase("Answer p99"), unit: "seconds", read: ({ durations }) => durations.answer.p99 },
  { label: phrase("First token p50"), unit: "seconds", read: ({ durations }) => durations.first_token.p50 },
  { label: phrase("First token p95"), unit: "seconds", read: ({ durations }) => durations.first_token.p95 },
];
export const PROVIDER_COLUMNS: RankColumn<RankedModel>[] = [
  figure(phrase("Answers"), "count", (figures) => figures.answers),
  failed,
  figure(phrase("Share of failed answers"), "share", (figures) => figures.failed_share),
  { label: phrase("First token p50"), unit: "seconds", read: ({ durations }) => durations.first_token.p50 },
  { label: phrase("First token p95"), unit: "seconds", read: ({ durations }) => durations.first_token.p95 },
  { label: phrase("Answer p50"), unit: "seconds", read: ({ durations }) => durations.answer.p50 },
  { label: phrase("Answer p95"), unit: "seconds", read: ({ durations }) => durations.answer.p95 },
  tokens, cost,
];

export const ENDPOINT_COLUMNS: RankColumn<RankedModel>[] = [
  figure(phrase("Requests"), "count", (figures) => figures.requests),
  figure(phrase("Failed (5xx)"), "count", (figures) => figures.requests_5xx),
  figure(phrase("Error rate"), "share", (figures) => figures.error_rate),
  figure(phrase("Refused (4xx)"), "count", (figures) => figures.requests_4xx),
  { label: phrase("Response p50"), unit: "seconds", read: ({ durations }) => durations.request.p50 },
  { label: phrase("Response p95"), unit: "seconds", read: ({ durations }) => durations.request.p95 },
  { label: phrase("Response p99"), unit: "seconds", read: ({ durations }) => durations.request.p99 },
];

export const SORTS: Partial<Record<Sort, string>> = {
  messages: phrase("Most messages"),
  total_tokens: phrase("Most tokens"),
  cost_usd: phrase("Highest cost"),
  failed_answers: phrase("Most failed answers"),
  thumbs_up: phrase("Most thumbs up"),
  thumbs_down: phrase("Most thumbs down"),
};

export const ENDPOINT_SORTS: Partial<Record<Sort, string>> = { requests: phrase("Most requests"), requests_5xx: phrase("Most failed requests") };

/** The sort that the address names, where the list has it. */
export function sortOf(sorts: Partial<Record<Sort, string>>, wanted: string): Sort {
  const names = Object.keys(sorts) as Sort[];
  return names.find((name) => name === wanted) ?? names[0] ?? "messages";
}

export function rankedTable<One extends Ranked>(head: string, columns: RankColumn<One>[], rows: One[], nameOf: (subject: string) => string): FigureTable {
  return {
    head,
    columns: columns.map(({ label, unit }) => ({ label: t(label), unit })),
    rows: rows.map((row) => ({ key: row.subject, name: nameOf(row.subject), values: columns.map(({ read }) => read(row)) })),
  };
}

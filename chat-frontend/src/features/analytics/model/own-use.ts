/** Owns what of one's own use is shown: sums of a range, and its days. */
import { t } from "i18next";
import type { OwnUse } from "@/api/shapes";
import { phrase } from "@/i18n/phrase";
import { dayIn } from "./ranges";
import { momentName } from "./series";
import type { FigureTable } from "./tables";
import type { Unit } from "./units";

type OwnRange = OwnUse["range"];
type OwnFigure = "messages" | "answers" | "prompt_tokens" | "completion_tokens" | "cost_usd";

const LABELS: Record<OwnFigure, string> = {
  messages: phrase("Questions"),
  answers: phrase("Answers"),
  prompt_tokens: phrase("Read"),
  completion_tokens: phrase("Written"),
  cost_usd: phrase("Cost"),
};

const unitOf = (figure: OwnFigure): Unit => (figure === "cost_usd" ? "usd" : "count");

export function ownSums(range: OwnRange): { key: string; name: string; value: number; unit: Unit }[] {
  return [
    { key: "messages", name: t("Questions"), value: range.messages, unit: "count" },
    { key: "answers", name: t("Answers"), value: range.answers, unit: "count" },
    { key: "total_tokens", name: t("Tokens"), value: range.total_tokens, unit: "count" },
    { key: "cost_usd", name: t("Cost"), value: range.cost_usd, unit: "usd" },
  ];
}

export function ownSumsTable(range: OwnRange): FigureTable {
  return {
    head: t("Figure"),
    columns: [{ label: t("Value"), unit: "count" }],
    rows: ownSums(range).map(({ key, name, value, unit }) => ({ key, name, values: [value], unit })),
  };
}

/** A row for each day; those that are yet to come have no value, not even nought. */
export function ownDays({ days, timezone }: OwnRange, figures: OwnFigure[], now: number): FigureTable {
  const today = dayIn(timezone, now);
  return {
    head: t("Time"),
    columns: figures.map((figure) => ({ label: t(LABELS[figure]), unit: unitOf(figure) })),
    rows: days.map((one) => ({
      key: one.day,
      name: momentName(`${one.day}T00:00:00Z`, "day", "UTC"),
      values: figures.map((figure) => (one.day > today ? null : one[figure])),
    })),
  };
}

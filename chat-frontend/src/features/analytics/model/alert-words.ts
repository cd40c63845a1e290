/** Owns how rules and alerts are said: what a rule waits for, and what the figure is. */
import { t } from "i18next";
import type { Alert, AlertChange, AlertRule } from "@/api/shapes";
import { formatNumber } from "@/i18n/format";
import { figureName, figureUnit, isTakenOver } from "./alert-figures";
import { durationText, written } from "./units";

/** What of a rule is said; a form has as much before there is a rule. */
export type Condition = Pick<AlertRule, "figure" | "comparison" | "threshold" | "window_minutes" | "for_minutes" | "by" | "subject">;

const MS_PER_MINUTE = 60_000;

/** «Error rate over 5 % for 10 minutes». */
export function conditionText({ figure: name, comparison, threshold, for_minutes: lasting, subject }: Condition): string {
  const figure = subject === "" ? figureName(name) : t("{{figure}} of {{subject}}", { figure: figureName(name), subject });
  const words = { figure, threshold: written(threshold, figureUnit(name)), duration: durationText(lasting) };
  if (lasting === 0) return comparison === "above" ? t("{{figure}} over {{threshold}}", words) : t("{{figure}} under {{threshold}}", words);
  return comparison === "above" ? t("{{figure}} over {{threshold}} for {{duration}}", words) : t("{{figure}} under {{threshold}} for {{duration}}", words);
}

/** Of which time and of whom the figure is. */
export function basisText({ figure, window_minutes: window, by, subject }: Condition): string {
  const parts = [
    ...(isTakenOver(figure) ? [t("taken over {{duration}}", { duration: durationText(window) })] : []),
    by === "all" ? t("of all together") : by === "model" ? t("of the model {{subject}}", { subject }) : t("of the provider {{subject}}", { subject }),
  ];
  const text = parts.join(", ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** «Error rate over 5 % for 10 minutes: 12 %». */
export function alertText({ rule, value }: Pick<Alert, "rule" | "value">): string {
  return t("{{condition}}: {{value}}", { condition: conditionText(rule), value: written(value, figureUnit(rule.figure)) });
}

/** Whether it is so at this moment: a firing alert goes on for two minutes more. */
export function isSo({ rule: { comparison, threshold }, value }: Pick<Alert, "rule" | "value">): boolean {
  if (value === null) return false;
  return comparison === "above" ? value > threshold : value < threshold;
}

/** When a pending alert fires if it goes on. */
export function firesAt({ rule, since }: Pick<Alert, "rule" | "since">): string {
  return new Date(Date.parse(since) + rule.for_minutes * MS_PER_MINUTE).toISOString();
}

/** The figure when the alert changed. Where nobody knows any more which one it was, the bare number is said. */
export function changeValue({ value, figure }: Pick<AlertChange, "value" | "figure">): string {
  if (value !== null && figure === null) return formatNumber(value, { maximumSignificantDigits: 4 });
  return written(value, figureUnit(figure ?? ""));
}

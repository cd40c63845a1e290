/** Owns what is on screen as a file: one form for programs, one for spreadsheets. */
import type { Unit } from "./units";
import type { Scope } from "./view";

/** As `FigureTable`, and with words where a list has more than figures. */
export interface ExportTable {
  head: string;
  columns: { label: string; unit: Unit | "text" }[];
  rows: { name: string; key: string; values: (number | string | null)[]; unit?: Unit }[];
}

export interface OnScreen {
  title: string;
  table: ExportTable;
}

export interface ExportHead extends Pick<Scope, "from" | "to" | "timezone"> {
  section: string;
  subject: string;
}

export function jsonOf(head: ExportHead, parts: OnScreen[]): string {
  const shown = parts.map(({ title, table }) => ({
    title,
    columns: table.columns.map(({ label, unit }) => ({ label, unit })),
    rows: table.rows.map(({ key, name, values, unit }) => ({ key, name, values, ...(unit === undefined ? {} : { unit }) })),
  }));
  return `${JSON.stringify({ ...head, parts: shown }, null, 2)}\n`;
}

/** A text that a spreadsheet would take for a formula has an apostrophe before it. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One figure a line, so that all that is on screen has the same columns. */
export function csvOf(parts: OnScreen[]): string {
  const lines = parts.flatMap(({ title, table }) =>
    table.rows.flatMap(({ key, name, values, unit: own }) => table.columns.map(({ label, unit }, index) => [title, key, name, label, values[index] ?? null, own ?? unit])),
  );
  return [["part", "key", "name", "figure", "value", "unit"], ...lines].map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

export function fileNameOf({ section, from, to }: ExportHead, ending: "csv" | "json"): string {
  return `convoai-${section}-${from}-${to}.${ending}`;
}

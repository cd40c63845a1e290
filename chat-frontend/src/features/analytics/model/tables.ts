/** What every chart and list is made of: a first column that names, and columns of figures. */
import type { Unit } from "./units";

export interface Column {
  label: string;
  unit: Unit;
}

export interface Row {
  name: string;
  /** What an export says in place of the name: a moment, an id. */
  key: string;
  values: (number | null)[];
  /** Where a row has another than its columns say. */
  unit?: Unit;
}

export interface FigureTable {
  /** What the rows are named by: a day, a model. */
  head: string;
  columns: Column[];
  rows: Row[];
}

/** Nothing in it but noughts and gaps: there is nothing to draw. */
export function isEmpty({ rows }: FigureTable): boolean {
  return rows.every(({ values }) => values.every((value) => value === null || value === 0));
}

/** The busiest hours of the week: figures in the cells, the darker the more. */
import { type CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { formatMoment, formatNumber } from "@/i18n/format";
import { useHeatMap } from "../api/insights";
import { lengthOf } from "../model/ranges";
import { shadeOf } from "../model/shades";
import type { FigureTable } from "../model/tables";
import type { Scope } from "../model/view";
import { FigurePanel } from "./FigurePanel";
import classes from "./Grids.module.css";

// A Monday, from which the days of the week take their names.
const MONDAY = Date.UTC(2024, 0, 1, 12);
const MS_PER_DAY = 86_400_000;
const hourName = (hour: number) => String(hour).padStart(2, "0");

export function HeatMapPanel({ scope }: { scope: Scope }) {
  const { t } = useTranslation();
  const { days, ...answer } = useHeatMap(scope);
  const table: FigureTable | undefined = answer.data && {
    head: t("Day of the week"),
    columns: Array.from({ length: 24 }, (_, hour) => ({ label: hourName(hour), unit: "count" as const })),
    rows: answer.data.values.map((values, weekday) => {
      const name = formatMoment(MONDAY + weekday * MS_PER_DAY, { weekday: "short", timeZone: "UTC" });
      return { key: String(weekday + 1), name, values };
    }),
  };
  const isCut = lengthOf(days) < lengthOf(scope);
  const title = t("Busiest hours");
  return (
    <FigurePanel title={title} answer={answer} table={table}
      lead={isCut ? t("Messages by day of the week and hour, of the last {{days, number}} days of the range.", { days: lengthOf(days) }) : t("Messages by day of the week and hour.")}
      emptySentence={t("No messages in this range. The busiest hours will appear here.")}>
      {table && <HeatGrid title={title} table={table} />}
    </FigurePanel>
  );
}

function HeatGrid({ title, table: { head, columns, rows } }: { title: string; table: FigureTable }) {
  const { t } = useTranslation();
  const most = Math.max(...rows.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const style = (value: number): CSSProperties => ({ "--shade": `${shadeOf(value, most)}%` }) as CSSProperties;
  return (
    <section className={classes.scroll} data-scrolls tabIndex={0} aria-label={t("{{title}}: table", { title })}>
      <table className={classes.grid} aria-label={title}>
        <thead><tr><th scope="col">{head}</th>{columns.map(({ label }) => <th key={label} scope="col">{label}</th>)}</tr></thead>
        <tbody>
          {rows.map(({ key, name, values }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {values.map((value, hour) => <td key={hour} style={style(value ?? 0)} data-none={value === 0 || undefined}>{formatNumber(value ?? 0, { notation: "compact" })}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

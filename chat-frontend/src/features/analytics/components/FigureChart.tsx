/** Draws a table as bars that stand on each other, or as lines; the table behind it says the same in figures. */
import { BarChart, LineChart } from "@mantine/charts";
import "@mantine/charts/styles.css";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { colourOf, dashOf, MOST_SERIES } from "../model/colours";
import type { FigureTable } from "../model/tables";
import { written, writtenShort } from "../model/units";
import { ChartLegend } from "./ChartLegend";
import { Hatchings } from "./Hatchings";
import classes from "./Figures.module.css";

interface FigureChartProps {
  title: string;
  table: FigureTable;
  form: "bars" | "lines";
}

const HEIGHT_PX = 260;

const indexOf = (name: string | number | undefined) => Number(String(name).slice(1));

/** The library draws by the names of fields. */
function dataOf({ rows }: FigureTable) {
  return rows.map(({ name, values }) => ({ name, ...Object.fromEntries(values.slice(0, MOST_SERIES).map((value, index) => [`s${index}`, value])) }));
}

export function FigureChart({ title, table, form }: FigureChartProps) {
  const { t } = useTranslation();
  const drawn = useId().replaceAll(":", "");
  const columns = table.columns.slice(0, MOST_SERIES);
  const unit = columns[0]?.unit ?? "count";
  const series = columns.map(({ label }, index) => ({ name: `s${index}`, label, color: colourOf(index) }));
  const shared = {
    h: HEIGHT_PX,
    data: dataOf(table),
    dataKey: "name",
    series,
    valueFormatter: (value: number) => written(value, unit),
    yAxisProps: { width: 64, tickFormatter: (value: number) => writtenShort(value, unit) },
    xAxisProps: { minTickGap: 24 },
    tickLine: "none",
    gridAxis: "x",
  } as const;
  return (
    <figure className={classes.figure}>
      <ChartLegend title={title} labels={columns.map(({ label }) => label)} form={form} />
      {/* In words it is the table, which follows. */}
      <div role="img" aria-label={t("Chart: {{title}}. The table with its figures follows.", { title })}>
        {form === "bars" ? (
          <BarChart {...shared} type="stacked" barProps={({ name }) => ({ fill: indexOf(name) === 0 ? colourOf(0) : `url(#${drawn}-${indexOf(name)})` })}>
            <defs><Hatchings prefix={drawn} count={columns.length} /></defs>
          </BarChart>
        ) : (
          <LineChart {...shared} curveType="linear" withDots={table.rows.length <= 31} dotProps={{ r: 2.5 }} connectNulls={false}
            lineProps={({ name }) => ({ strokeDasharray: dashOf(indexOf(name)) })} />
        )}
      </div>
    </figure>
  );
}

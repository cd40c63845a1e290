/** Who of the new people of each week came back. */
import { type CSSProperties } from "react";
import { useTranslation } from "react-i18next";
import { useRetention } from "../api/insights";
import { cohortRows, retentionTable } from "../model/retention";
import { shadeOf } from "../model/shades";
import type { FigureTable } from "../model/tables";
import { written } from "../model/units";
import { FigurePanel } from "./FigurePanel";
import classes from "./Grids.module.css";

export function RetentionPanel() {
  const { t } = useTranslation();
  const answer = useRetention();
  const table = answer.data && retentionTable(cohortRows(answer.data));
  const title = t("Who comes back");
  return (
    <FigurePanel title={title} answer={answer} table={table}
      lead={t("Of the people who registered in each of the last 12 weeks, how many were active in the weeks since. Weeks begin on Monday, midnight UTC.")}
      emptySentence={t("Nobody registered in the last 12 weeks. New people will appear here by their week.")}>
      {table && <RetentionGrid title={title} table={table} />}
    </FigurePanel>
  );
}

// A week that is still to come.
const NOT_YET = "";

const style = (share: number | null) => ({ "--shade": `${shadeOf(share ?? 0, 1)}%` }) as CSSProperties;

function RetentionGrid({ title, table: { head, columns, rows } }: { title: string; table: FigureTable }) {
  const { t } = useTranslation();
  return (
    <section className={classes.scroll} data-scrolls tabIndex={0} aria-label={t("{{title}}: table", { title })}>
      <table className={classes.grid} aria-label={title}>
        <thead><tr><th scope="col">{head}</th>{columns.map(({ label }) => <th key={label} scope="col">{label}</th>)}</tr></thead>
        <tbody>
          {rows.map(({ key, name, values: [registered, ...shares] }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              <td>{written(registered ?? null, "count")}</td>
              {columns.slice(1).map(({ label }, week) => {
                const share = shares[week];
                return share === undefined ? <td key={label}>{NOT_YET}</td> : <td key={label} style={style(share)}>{written(share, "share")}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

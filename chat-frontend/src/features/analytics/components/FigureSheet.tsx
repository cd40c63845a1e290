/** Figures as a table. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";
import type { FigureTable } from "../model/tables";
import { written } from "../model/units";
import classes from "./Figures.module.css";

interface FigureSheetProps {
  title: string;
  table: FigureTable;
  /** Where the name of a row leads to; null where it leads nowhere. */
  linkOf?: (key: string) => string | null;
  /** It is only heard: there is nothing to scroll, nor to put the focus on. */
  isUnseen?: boolean;
}

export function FigureSheet({ title, table: { head, columns, rows }, linkOf = () => null, isUnseen = false }: FigureSheetProps) {
  const { t } = useTranslation();
  return (
    <section data-scrolls {...(isUnseen ? {} : { className: classes.scroll, tabIndex: 0 })} aria-label={t("{{title}}: table", { title })}>
      <table className={classes.table} aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {columns.map(({ label }, index) => <th key={index} scope="col" className={classes.number}>{label}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, values, unit: own }) => (
            <tr key={key}>
              <th scope="row"><RowName name={name} to={linkOf(key)} /></th>
              {columns.map(({ unit }, index) => <td key={index} className={classes.number}>{written(values[index] ?? null, own ?? unit)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function RowName({ name, to }: { name: string; to: string | null }) {
  return to === null ? name : <Link className={classes.subject} to={to}>{name}</Link>;
}

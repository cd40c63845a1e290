/** One figure with its icon and colour. */
import type { CSSProperties, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Figure } from "../model/figures";
import classes from "./AnalyticsPanel.module.css";

export function FigureCard({ figure: { label, colour, Icon }, children }: { figure: Figure; children: ReactNode }) {
  const { t } = useTranslation();
  const style: CSSProperties & { "--figure-colour": string } = { "--figure-colour": colour };
  return (
    <div className={classes.card} style={style}>
      <dt className={classes.label}>
        <span className={classes.icon} aria-hidden><Icon size={20} /></span>
        {t(label)}
      </dt>
      <dd className={classes.value}>{children}</dd>
    </div>
  );
}

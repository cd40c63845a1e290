/** One topic of a section: what it is about, and what can be done. */
import { type ReactNode, useId } from "react";
import classes from "./Panel.module.css";

interface PanelProps {
  title: string;
  lead?: ReactNode;
  /** What is done here cannot be undone. */
  isDangerous?: boolean;
  /** Beside the title, where there is room. */
  aside?: ReactNode;
  children: ReactNode;
}

export function Panel({ title, lead, isDangerous = false, aside, children }: PanelProps) {
  const titleId = useId();
  return (
    <section className={classes.panel} aria-labelledby={titleId} data-dangerous={isDangerous || undefined}>
      <div className={classes.head}>
        <h3 id={titleId} className={classes.title}>{title}</h3>
        {aside}
      </div>
      {lead !== undefined && <p className={classes.lead}>{lead}</p>}
      {children}
    </section>
  );
}

/** What stays in sight, dimmed, while what takes its place is on its way. */
import type { ReactNode } from "react";
import classes from "./Figures.module.css";

export function Kept({ isStale, children }: { isStale: boolean; children: ReactNode }) {
  return <div className={classes.kept} aria-busy={isStale || undefined}>{children}</div>;
}

/** What pages have around them that show this moment alone: how fresh it is, and the way to take it along. */
import type { ReactNode } from "react";
import { useNow } from "../hooks/use-now";
import { OnScreenContext, useParts } from "../hooks/use-on-screen";
import { scopeOf, USUAL } from "../model/view";
import { ExportMenu } from "./ExportMenu";
import { Freshness } from "./Freshness";
import classes from "./Frame.module.css";

export function MomentFrame({ section, children }: { section: string; children: ReactNode }) {
  const parts = useParts();
  const today = scopeOf({ ...USUAL, range: "today" }, useNow());
  return (
    <OnScreenContext.Provider value={parts}>
      <div className={classes.bar}>
        <Freshness />
        <ExportMenu section={section} subject="" scope={today} parts={parts} />
      </div>
      <div className={classes.parts}>{children}</div>
    </OnScreenContext.Provider>
  );
}

/** What every page of figures has around it: the range, how fresh it is, and the way to take it along. */
import { type ReactNode } from "react";
import { Link } from "react-router-dom";
import { useTranslation } from "react-i18next";
import { ArrowLeft } from "@/components/icons";
import { useNow } from "../hooks/use-now";
import { OnScreenContext, useParts } from "../hooks/use-on-screen";
import { useView, type ViewChoice } from "../hooks/use-view";
import { ExportMenu } from "./ExportMenu";
import { Freshness } from "./Freshness";
import classes from "./Frame.module.css";
import { includesNow } from "../model/view";
import { LiveMark } from "./LiveMark";
import { RangeBar } from "./RangeBar";
import type { Cut } from "@/api/shapes";

interface AnalyticsFrameProps {
  /** Names the files. */
  section: string;
  /** What the section lists, where the service has the whole list as a file. */
  listed?: Cut;
  /** Everybody sees what is their own: there is nothing to compare it with, and nothing that tells when it moves. */
  isOwn?: boolean;
  children: (choice: ViewChoice) => ReactNode;
}

export function AnalyticsFrame({ section, listed, isOwn = false, children }: AnalyticsFrameProps) {
  const choice = useView();
  const now = useNow();
  const parts = useParts();
  return (
    <OnScreenContext.Provider value={parts}>
      <div className={classes.bar}>
        <RangeBar view={choice.view} scope={choice.scope} onChange={choice.change} canCompare={!isOwn} />
        <ExportMenu section={section} subject={choice.view.subject} listed={listed} scope={choice.scope} parts={parts} />
      </div>
      <Freshness scope={choice.scope}>{!isOwn && includesNow(choice.scope, now) && <LiveMark />}</Freshness>
      <div className={classes.parts}>{children(choice)}</div>
    </OnScreenContext.Provider>
  );
}

/** Above the figures of one subject: whose they are, and the way back to all. */
export function SubjectHead({ name, id, back, backLabel }: { name: string; id: string; back: string; backLabel: string }) {
  const { t } = useTranslation();
  return (
    <div className={classes.subject}>
      <Link to={back}><ArrowLeft size={16} aria-hidden /> {backLabel}</Link>
      <h3>{name}</h3>
      {name !== id && <p>{t("Id: {{id}}", { id })}</p>}
    </div>
  );
}

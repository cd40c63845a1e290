/** One part of a page: what it shows, while it loads, where there is nothing, and where it failed. */
import { Button, Skeleton } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { useOnScreen } from "../hooks/use-on-screen";
import { type FigureTable, isEmpty } from "../model/tables";
import classes from "./Figures.module.css";
import { FigureSheet } from "./FigureSheet";
import { Kept } from "./Kept";

export interface Answer {
  error: unknown;
  refetch: () => unknown;
  /** What is there is of before: what was asked for is on its way. */
  isPlaceholderData: boolean;
}

interface FigurePanelProps {
  title: string;
  lead?: ReactNode;
  answer: Answer;
  /** Undefined until there is an answer. */
  table: FigureTable | undefined;
  /** What will appear here. */
  emptySentence: string;
  aside?: ReactNode;
  /** What is drawn, with the table behind it; without, the table itself is shown. */
  chart?: ReactNode;
  children?: ReactNode;
}

export function FigurePanel({ title, lead, answer, table, emptySentence, aside, chart, children }: FigurePanelProps) {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  const tableId = useId();
  useOnScreen(title, answer.isPlaceholderData ? null : (table ?? null));
  const hasFigures = table !== undefined && !isEmpty(table);
  const toggle = chart !== undefined && hasFigures && (
    <Button variant="default" size="compact-sm" className={classes.noPrint ?? ""} aria-expanded={isOpen} aria-controls={tableId}
      aria-label={isOpen ? t("Hide the table: {{title}}", { title }) : t("Show the table: {{title}}", { title })} onClick={() => setIsOpen(!isOpen)}>
      {isOpen ? t("Hide the table") : t("Show the table")}
    </Button>
  );
  return (
    <Panel title={title} lead={lead} aside={<div className={classes.aside}>{aside}{toggle}</div>}>
      {answer.error !== null && <ErrorNotice sentence={sentenceOf(answer.error)} onRetry={() => void answer.refetch()} />}
      {table === undefined && answer.error === null && <div role="status" aria-label={t("Loading")}><Skeleton height={220} radius="md" /></div>}
      <Kept isStale={answer.isPlaceholderData}>
        {table !== undefined && !hasFigures && <p className={classes.empty}>{emptySentence}</p>}
        {hasFigures && chart}
        {hasFigures && (chart === undefined ? children : <div id={tableId} className={isOpen ? classes.open : classes.forReaders}><FigureSheet title={title} table={table} isUnseen={!isOpen} /></div>)}
      </Kept>
    </Panel>
  );
}

/** A list of persons, conversations, models or endpoints with their figures, those with most first. */
import { Button, NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Ranked } from "@/api/shapes";
import type { Sort, useRanking } from "../api/insights";
import { type RankColumn, rankedTable } from "../model/rankings";
import classes from "./Figures.module.css";
import { FigurePanel } from "./FigurePanel";
import { FigureSheet } from "./FigureSheet";

interface RankingPanelProps<One extends Ranked> {
  title: string;
  lead?: string;
  head: string;
  answer: Pick<ReturnType<typeof useRanking>, "error" | "refetch" | "isPlaceholderData" | "hasNextPage" | "isFetchingNextPage" | "fetchNextPage">;
  rows: One[] | undefined;
  columns: RankColumn<One>[];
  nameOf: (subject: string) => string;
  linkOf?: (subject: string) => string | null;
  /** Where the list can be sorted: by what, and by what it is. */
  sorting?: { sorts: Partial<Record<Sort, string>>; sort: Sort; onSort: (sort: Sort) => void };
  /** It goes on where it is asked to; else it is the beginning of a list that stands elsewhere. */
  isWhole?: boolean;
  emptySentence: string;
}

export function RankingPanel<One extends Ranked>({ title, lead, head, answer, rows, columns, nameOf, linkOf, sorting, isWhole = false, emptySentence }: RankingPanelProps<One>) {
  const { t } = useTranslation();
  const table = rows && rankedTable(head, columns, rows, nameOf);
  return (
    <FigurePanel title={title} lead={lead} answer={answer} table={table} emptySentence={emptySentence}
      aside={sorting && (
        <NativeSelect size="xs" aria-label={t("Sort: {{title}}", { title })} value={sorting.sort} onChange={({ currentTarget }) => sorting.onSort(currentTarget.value as Sort)}
          data={Object.entries(sorting.sorts).map(([value, label]) => ({ value, label: t(label) }))} />
      )}>
      {table && <FigureSheet title={title} table={table} {...(linkOf === undefined ? {} : { linkOf })} />}
      {isWhole && answer.hasNextPage && !answer.isPlaceholderData && (
        <Button variant="default" className={classes.more ?? ""} loading={answer.isFetchingNextPage} onClick={() => void answer.fetchNextPage()}>{t("Show more")}</Button>
      )}
    </FigurePanel>
  );
}

/** The audit trail: what was done, the newest first. */
import { Button, Skeleton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { AuditEntry } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useAuditTrail } from "../api/audit";
import { useAuditFilter } from "../hooks/use-audit-filter";
import { type AuditFilter, everything, isAuditNarrowed } from "../model/audit-filter";
import classes from "./Audit.module.css";
import { AuditEntryRow } from "./AuditEntryRow";
import { AuditExport } from "./AuditExport";
import { AuditNarrowing } from "./AuditNarrowing";
import { AuditToolbar } from "./AuditToolbar";

export function AuditSection() {
  const { t } = useTranslation();
  const { filter, change } = useAuditFilter();
  const trail = useAuditTrail(filter);
  const [clearings, setClearings] = useState(0);
  const entries = trail.data?.pages.flatMap((page) => page.entries) ?? [];
  const clear = () => {
    change(everything);
    setClearings(clearings + 1);
  };
  return (
    <>
      {/* Anew after a clearing: what is typed into it is its own. */}
      <AuditToolbar key={clearings} filter={filter} firstText={clearings === 0 ? filter.text : ""} onChange={change} />
      <div className={classes.bar}>
        <AuditNarrowing filter={filter} entries={entries} onChange={change} onClear={clear} />
        <AuditExport filter={filter} isRefreshing={trail.isRefetching} onRefresh={() => void trail.refetch()} />
      </div>
      {trail.isPending && <div role="status" aria-label={t("Loading")}>{[1, 2, 3, 4, 5, 6].map((row) => <Skeleton key={row} height={58} mb="xs" radius="md" />)}</div>}
      {trail.error !== null && <ErrorNotice sentence={sentenceOf(trail.error)} onRetry={() => void trail.refetch()} />}
      {trail.data !== undefined && <Entries entries={entries} isWaiting={trail.isPlaceholderData} isNarrowed={isAuditNarrowed(filter)} onChange={change} onClear={clear} />}
      {trail.hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" loading={trail.isFetchingNextPage} onClick={() => void trail.fetchNextPage()}>{t("Show older entries")}</Button>
        </div>
      )}
    </>
  );
}

interface EntriesProps {
  entries: AuditEntry[];
  /** What shows is still that of the filter before. */
  isWaiting: boolean;
  isNarrowed: boolean;
  onChange: (change: Partial<AuditFilter>) => void;
  onClear: () => void;
}

function Entries({ entries, isWaiting, isNarrowed, onChange, onClear }: EntriesProps) {
  const { t } = useTranslation();
  if (entries.length === 0) {
    return (
      <div className={classes.empty}>
        <p>{isNarrowed ? t("Nothing in the audit trail is like this.") : t("Nothing has happened yet.")}</p>
        {isNarrowed && <Button variant="default" onClick={onClear}>{t("Show everything")}</Button>}
      </div>
    );
  }
  return (
    <ol className={classes.list} aria-label={t("Audit trail")} aria-busy={isWaiting}>
      {entries.map((entry) => <AuditEntryRow key={entry.sequence} entry={entry} onChange={onChange} />)}
    </ol>
  );
}

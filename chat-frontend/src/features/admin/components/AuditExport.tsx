/** Asks for the audit trail anew, and takes what matches along as a file. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Download, RefreshCw } from "@/components/icons";
import { type AuditFormat, useAuditExport } from "../api/audit";
import type { AuditFilter } from "../model/audit-filter";
import classes from "./Audit.module.css";

interface AuditExportProps {
  filter: AuditFilter;
  isRefreshing: boolean;
  onRefresh: () => void;
}

export function AuditExport({ filter, isRefreshing, onRefresh }: AuditExportProps) {
  const { t } = useTranslation();
  const take = useAuditExport(filter);
  const button = (format: AuditFormat, label: string) => (
    <Button variant="default" size="compact-sm" leftSection={<Download size={15} aria-hidden />} aria-label={t("Export as {{format}}", { format: label })}
      disabled={take.isPending} loading={take.isPending && take.variables === format} onClick={() => take.mutate(format)}>
      {label}
    </Button>
  );
  return (
    <div className={classes.taking}>
      <DoneNotice sentence={take.isSuccess ? t("Done. The file is among your downloads.") : null} />
      {take.isError && <ErrorNotice sentence={sentenceOf(take.error)} />}
      <Button variant="default" size="compact-sm" leftSection={<RefreshCw size={15} aria-hidden />} loading={isRefreshing} onClick={onRefresh}>{t("Refresh")}</Button>
      {button("csv", "CSV")}
      {button("jsonl", "JSON Lines")}
    </div>
  );
}

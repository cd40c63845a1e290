/** Takes what is on screen along, or the whole list behind it. */
import { Button, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { saveFile } from "@/api/save-file";
import type { Cut } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { FloatingMenu } from "@/components/FloatingMenu";
import { Download } from "@/components/icons";
import { useListExport } from "../api/export";
import type { Parts } from "../hooks/use-on-screen";
import { csvOf, type ExportHead, fileNameOf, jsonOf } from "../model/export-file";
import type { Scope } from "../model/view";
import classes from "./Frame.module.css";

interface ExportMenuProps {
  section: string;
  subject: string;
  /** What the service has as a whole list. */
  listed?: Cut | undefined;
  scope: Scope;
  parts: Parts;
}

export function ExportMenu({ section, subject, listed, scope, parts }: ExportMenuProps) {
  const { t } = useTranslation();
  const list = useListExport(scope);
  const head: ExportHead = { section, subject, from: scope.from, to: scope.to, timezone: scope.timezone };
  const save = (ending: "csv" | "json") => {
    const shown = [...parts.values()];
    const text = ending === "csv" ? csvOf(shown) : jsonOf(head, shown);
    saveFile(new Blob([text], { type: ending === "csv" ? "text/csv;charset=utf-8" : "application/json" }), fileNameOf(head, ending));
  };
  return (
    <div className={classes.taking}>
      <FloatingMenu width={260} target={<Button size="compact-sm" variant="default" loading={list.isPending} leftSection={<Download size={15} aria-hidden />}>{t("Export")}</Button>}>
        <Menu.Item onClick={() => save("csv")}>{t("What is on screen, as CSV")}</Menu.Item>
        <Menu.Item onClick={() => save("json")}>{t("What is on screen, as JSON")}</Menu.Item>
        {listed !== undefined && subject === "" && <Menu.Item onClick={() => list.mutate(listed)}>{t("The whole list, as CSV")}</Menu.Item>}
        <Menu.Item onClick={() => window.print()}>{t("Print")}</Menu.Item>
      </FloatingMenu>
      {list.isError && listed !== undefined && <ErrorNotice sentence={sentenceOf(list.error)} onRetry={() => list.mutate(listed)} />}
    </div>
  );
}

/** Brings conversations along from an export of ours or of ChatGPT's, and says what came of it. */
import { Button, FileButton, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { ImportReport } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { CircleAlert, Upload } from "@/components/icons";
import { DoneNotice } from "@/components/DoneNotice";
import erasure from "@/components/Erasure.module.css";
import { Panel } from "@/components/Panel";
import { type ImportProgress, useImport } from "../api/import";
import { leftOutOf, reasonOf } from "../model/import-words";
import classes from "./ImportPanel.module.css";

const ACCEPTED = ".zip,.json,application/zip,application/json";

export function ImportPanel() {
  const { t } = useTranslation();
  const bring = useImport();
  const take = (file: File | null) => file !== null && bring.mutate(file);
  return (
    <Panel title={t("Import conversations")}
      lead={t("From an export of this page, or of ChatGPT: its zip file as it came, or the conversations.json in it. Texts and their versions come along; what is here already is left as it is.")}>
      {bring.isError && <ErrorNotice sentence={sentenceOf(bring.error)} />}
      <Group mb="sm">
        <FileButton onChange={take} accept={ACCEPTED} disabled={bring.isPending}>
          {(props) => (
            <Button {...props} variant="default" leftSection={<Upload size={16} aria-hidden />} loading={bring.isPending}>{t("Choose a file…")}</Button>
          )}
        </FileButton>
        {bring.isPending && <Progress progress={bring.progress} />}
      </Group>
      <DoneNotice sentence={bring.isSuccess ? t("Imported: {{conversations}} ({{messages}}).", {
        conversations: t("{{count, number}} conversations", { count: bring.data.conversations_imported }),
        messages: t("{{count, number}} messages", { count: bring.data.messages_imported }),
      }) : null} />
      {bring.isSuccess && <Report report={bring.data} />}
    </Panel>
  );
}

function Progress({ progress }: { progress: ImportProgress | null }) {
  const { t } = useTranslation();
  const text = progress === null ? t("The file is being read…") : t("{{done}} of {{total}} conversations", { ...progress });
  return (
    <span className={classes.progress}>
      <progress aria-label={t("Import")} {...(progress === null ? {} : { max: progress.total, value: progress.done })} />
      {text}
    </span>
  );
}

function Report({ report }: { report: ImportReport }) {
  const { t } = useTranslation();
  const leftOut = leftOutOf(report, t);
  const unnamed = report.conversations_skipped - report.skipped.length;
  return (
    <>
      {report.conversations_skipped > 0 && (
        <details className={classes.report}>
          <summary>{t("Skipped conversations: {{number}}", { number: report.conversations_skipped })}</summary>
          <ul className={erasure.list} aria-label={t("Skipped conversations")}>
            {report.skipped.map((skipped, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- two may have the same title, and none ever moves
              <li key={index}>
                <CircleAlert size={16} aria-hidden />
                <span>{skipped.title ?? t("Without a title")}</span>
                <span className={classes.reason}>{reasonOf(skipped, t)}</span>
              </li>
            ))}
          </ul>
          {unnamed > 0 && <p className={classes.reason}>{t("And {{number}} more.", { number: unnamed })}</p>}
        </details>
      )}
      {leftOut.length > 0 && (
        <details className={classes.report}>
          <summary>{t("Not everything in them came along")}</summary>
          <ul>{leftOut.map((sentence) => <li key={sentence}>{sentence}</li>)}</ul>
        </details>
      )}
    </>
  );
}

/** Everything that is kept about the person, as a file to take along. */
import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Download } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { useExport } from "../api/export";

export function ExportPanel({ username }: { username: string }) {
  const { t } = useTranslation();
  const take = useExport();
  const start = () => take.mutate(`convoai-${username}-${new Date().toISOString().slice(0, 10)}.json`);
  return (
    <Panel title={t("Export my data")} lead={t("Your account, your sign-ins, your figures and all conversations with their messages, as one JSON file that programs can read.")}>
      {take.isError && <ErrorNotice sentence={sentenceOf(take.error)} />}
      <Group>
        <Button variant="default" leftSection={<Download size={16} aria-hidden />} loading={take.isPending} onClick={start}>{t("Download my data")}</Button>
        <DoneNotice sentence={take.isSuccess ? t("Done. The file is among your downloads.") : null} />
      </Group>
    </Panel>
  );
}

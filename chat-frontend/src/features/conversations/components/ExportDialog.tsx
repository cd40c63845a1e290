/** Asks in which form a conversation is taken along. */
import { Button, Group, Modal, Radio, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Conversation } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Download } from "@/components/icons";
import { phrase } from "@/i18n/phrase";
import "@/styles/mantine-sections";
import { type ExportFormat, useConversationExport } from "../api/export";

const FORMATS: { format: ExportFormat; label: string; description: string }[] = [
  { format: "markdown", label: phrase("Markdown"), description: phrase("Text for notes and editors: the version that is shown.") },
  { format: "html", label: phrase("Web page"), description: phrase("One file to read or print anywhere: the version that is shown.") },
  { format: "json", label: phrase("JSON"), description: phrase("For programs, and to import it again: with all versions.") },
];

export function ExportDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation();
  const [format, setFormat] = useState<ExportFormat>("markdown");
  const take = useConversationExport();
  return (
    <Modal opened onClose={onClose} title={t("Export conversation")} centered closeButtonProps={{ "aria-label": t("Close") }}>
      <Radio.Group label={t("Form")} value={format} onChange={(value) => setFormat(value as ExportFormat)}>
        <Stack gap="sm" mt="xs">
          {FORMATS.map((one) => (
            <Radio key={one.format} value={one.format} label={t(one.label)} description={t(one.description)} />
          ))}
        </Stack>
      </Radio.Group>
      {take.isError && <ErrorNotice sentence={sentenceOf(take.error)} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose}>{t("Cancel")}</Button>
        <Button leftSection={<Download size={16} aria-hidden />} loading={take.isPending} data-autofocus
          onClick={() => take.mutate({ conversation, format }, { onSuccess: onClose })}>
          {t("Download")}
        </Button>
      </Group>
    </Modal>
  );
}

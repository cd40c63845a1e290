/** Asks before an API key is deleted for good. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { ApiKey } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useDeleteApiKey } from "../api/api-keys";

interface DeleteApiKeyDialogProps {
  apiKey: ApiKey;
  onClose: () => void;
  onDeleted: () => void;
}

export function DeleteApiKeyDialog({ apiKey, onClose, onDeleted }: DeleteApiKeyDialogProps) {
  const { t } = useTranslation();
  const remove = useDeleteApiKey();
  return (
    <Modal opened onClose={onClose} title={t("Delete API key")} centered closeButtonProps={{ "aria-label": t("Close") }}>
      <Text>{t("“{{name}}” will stop to work for every program that uses it. This cannot be undone.", { name: apiKey.name })}</Text>
      {remove.isError && <ErrorNotice sentence={sentenceOf(remove.error)} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} data-autofocus>{t("Cancel")}</Button>
        <Button color="red.8" loading={remove.isPending} onClick={() => remove.mutate(apiKey.id, { onSuccess: onDeleted })}>
          {t("Delete")}
        </Button>
      </Group>
    </Modal>
  );
}

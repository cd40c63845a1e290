/** Asks for an API key's new name. */
import { Button, Group, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { ApiKey } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useRenameApiKey } from "../api/api-keys";
import { LONGEST_NAME } from "../model/api-key-terms";

export function RenameApiKeyDialog({ apiKey, onClose }: { apiKey: ApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(apiKey.name);
  const rename = useRenameApiKey();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate({ id: apiKey.id, name: name.trim() }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("Rename API key")} centered closeButtonProps={{ "aria-label": t("Close") }}>
      <form onSubmit={submit}>
        <TextInput label={t("Name")} value={name} maxLength={LONGEST_NAME} data-autofocus
          onChange={(event) => setName(event.currentTarget.value)} />
        {rename.isError && <ErrorNotice sentence={sentenceOf(rename.error)} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>{t("Cancel")}</Button>
          <Button type="submit" loading={rename.isPending} disabled={name.trim() === ""}>{t("Rename")}</Button>
        </Group>
      </form>
    </Modal>
  );
}

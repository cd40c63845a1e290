/** Asks for a conversation's new title. */
import { Button, Group, Modal, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Conversation } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useChangeConversation } from "../api/conversations";

// The service takes titles of up to 200 characters.
const LONGEST_TITLE = 200;

export function RenameDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation();
  const [title, setTitle] = useState(conversation.title);
  const rename = useChangeConversation();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate({ id: conversation.id, change: { title: title.trim() } }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("Rename conversation")} centered closeButtonProps={{ "aria-label": t("Close") }}>
      <form onSubmit={submit}>
        <TextInput label={t("Title")} value={title} maxLength={LONGEST_TITLE} data-autofocus
          onChange={(event) => setTitle(event.currentTarget.value)} />
        {rename.isError && <ErrorNotice sentence={sentenceOf(rename.error)} />}
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>{t("Cancel")}</Button>
          <Button type="submit" loading={rename.isPending} disabled={title.trim() === ""}>{t("Rename")}</Button>
        </Group>
      </form>
    </Modal>
  );
}

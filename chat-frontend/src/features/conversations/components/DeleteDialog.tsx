/** Asks before a conversation is deleted for good. */
import { Button, Group, Modal, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Conversation } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useDeleteConversation } from "../api/conversations";

interface DeleteDialogProps {
  conversation: Conversation;
  onClose: () => void;
  onDeleted: (conversationId: string) => void;
}

export function DeleteDialog({ conversation, onClose, onDeleted }: DeleteDialogProps) {
  const { t } = useTranslation();
  const remove = useDeleteConversation();
  const confirm = () =>
    remove.mutate(conversation.id, {
      onSuccess: () => {
        onDeleted(conversation.id);
        onClose();
      },
    });
  return (
    <Modal opened onClose={onClose} title={t("Delete conversation")} centered closeButtonProps={{ "aria-label": t("Close") }}>
      <Text>{t("“{{title}}” and all its messages will be deleted. This cannot be undone.", { title: conversation.title })}</Text>
      {remove.isError && <ErrorNotice sentence={sentenceOf(remove.error)} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onClose} data-autofocus>{t("Cancel")}</Button>
        <Button color="red.8" loading={remove.isPending} onClick={confirm}>{t("Delete")}</Button>
      </Group>
    </Modal>
  );
}

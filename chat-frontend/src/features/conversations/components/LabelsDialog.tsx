/** Puts a conversation into a folder and gives it tags. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Conversation } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useChangeConversation } from "../api/conversations";
import { useLabels } from "../api/labels";
import { MOST_TAGS, tagsOf } from "../model/label-choice";

// The service takes names of folders of up to 100 characters.
const LONGEST_FOLDER = 100;
const ENDS_IN_ELLIPSIS = { input: { textOverflow: "ellipsis" } };

export function LabelsDialog({ conversation, onClose }: { conversation: Conversation; onClose: () => void }) {
  const { t } = useTranslation();
  const [folder, setFolder] = useState(conversation.folder ?? "");
  const [text, setText] = useState(conversation.tags.join(", "));
  const labels = useLabels(conversation.archived).data;
  const change = useChangeConversation();
  const tags = tagsOf(text);
  const foldersId = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ id: conversation.id, change: { folder: folder.trim() || null, tags } }, { onSuccess: onClose });
  };
  return (
    <Modal opened onClose={onClose} title={t("Folder and tags")} centered closeButtonProps={{ "aria-label": t("Close") }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput label={t("Folder")} value={folder} maxLength={LONGEST_FOLDER} list={foldersId} data-autofocus autoComplete="off" styles={ENDS_IN_ELLIPSIS}
            onChange={(event) => setFolder(event.currentTarget.value)} />
          <datalist id={foldersId}>{labels?.folders.map(({ name }) => <option key={name} value={name}>{name}</option>)}</datalist>
          <TextInput label={t("Tags, with commas between them")} value={text} autoComplete="off" styles={ENDS_IN_ELLIPSIS}
            error={tags.length > MOST_TAGS ? t("At most {{most}} tags.", { most: MOST_TAGS }) : null}
            onChange={(event) => setText(event.currentTarget.value)} />
          {change.isError && <ErrorNotice sentence={sentenceOf(change.error)} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t("Cancel")}</Button>
            <Button type="submit" loading={change.isPending} disabled={tags.length > MOST_TAGS}>{t("Save")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

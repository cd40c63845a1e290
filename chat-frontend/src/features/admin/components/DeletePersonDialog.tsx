/** Deletes a person: says what will be erased, and shows the receipt. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Person } from "@/api/shapes";
import { ErasurePreview } from "@/components/ErasurePreview";
import { ErasureReceipt } from "@/components/ErasureReceipt";
import { ErrorNotice } from "@/components/ErrorNotice";
import { PageLoader } from "@/components/PageLoader";
import { useFocusBack } from "@/components/use-focus-back";
import { useDeletePerson, useErasure, useErasurePlan } from "../api/erasures";

interface DeletePersonDialogProps {
  person: Person;
  onClose: () => void;
  onGone: () => void;
}

export function DeletePersonDialog({ person, onClose, onGone }: DeletePersonDialogProps) {
  const { t } = useTranslation();
  const remove = useDeletePerson(person.username);
  useFocusBack();
  const erasureId = remove.data?.erasure_id;
  const names = { name: person.username };
  const title = erasureId === undefined ? t("Delete {{name}}", names) : t("{{name}} is deleted", names);
  return (
    <Modal opened onClose={erasureId === undefined ? onClose : onGone} title={title} centered
      returnFocus={false} closeOnClickOutside={erasureId === undefined} closeButtonProps={{ "aria-label": t("Close") }}>
      {erasureId === undefined ? (
        <Question person={person} isPending={remove.isPending} error={remove.error} onCancel={onClose} onConfirm={() => remove.mutate()} />
      ) : (
        <Receipt erasureId={erasureId} onDone={onGone} />
      )}
    </Modal>
  );
}

interface QuestionProps {
  person: Person;
  isPending: boolean;
  error: unknown;
  onCancel: () => void;
  onConfirm: () => void;
}

function Question({ person, isPending, error, onCancel, onConfirm }: QuestionProps) {
  const { t } = useTranslation();
  const plan = useErasurePlan(person.username);
  return (
    <Stack>
      <Text>
        {t("{{name}} loses the account at once, and everything below is erased in all services. This cannot be undone.", { name: person.full_name ?? person.username })}
      </Text>
      <ErasurePreview plan={plan.data} error={plan.error} onRetry={() => void plan.refetch()} />
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel} data-autofocus>{t("Keep the account")}</Button>
        <Button color="red.8" loading={isPending} onClick={onConfirm}>{t("Delete for good")}</Button>
      </Group>
    </Stack>
  );
}

function Receipt({ erasureId, onDone }: { erasureId: string; onDone: () => void }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useErasure(erasureId);
  return (
    <Stack>
      {data === undefined && error === null && <PageLoader />}
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {data !== undefined && <ErasureReceipt erasure={data} />}
      <Group justify="flex-end"><Button onClick={onDone} data-autofocus>{t("Done")}</Button></Group>
    </Stack>
  );
}

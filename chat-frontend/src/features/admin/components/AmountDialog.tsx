/** The frame of dialogs that set amounts: fields, what was refused, and two ways out. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import type { FormEvent, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useFocusBack } from "@/components/use-focus-back";

interface AmountDialogProps {
  title: string;
  confirmLabel: string;
  isPending: boolean;
  /** Why it was refused, where no field says so; null while it was not. */
  sentence: string | null;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function AmountDialog({ title, confirmLabel, isPending, sentence, onSubmit, onClose, children }: AmountDialogProps) {
  const { t } = useTranslation();
  useFocusBack();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={title} centered returnFocus={false} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("Close") }}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {children}
          {sentence !== null && <ErrorNotice sentence={sentence} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t("Cancel")}</Button>
            <Button type="submit" loading={isPending}>{confirmLabel}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

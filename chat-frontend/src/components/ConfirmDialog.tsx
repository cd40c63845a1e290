/** Asks before something that cannot simply be taken back: says what will happen, and offers the safe way first. */
import { Button, Group, Modal, Stack } from "@mantine/core";
import type { ReactNode, RefObject } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "./ErrorNotice";
import { useFocusBack } from "./use-focus-back";

interface ConfirmDialogProps {
  title: string;
  confirmLabel: string;
  cancelLabel?: string;
  isPending: boolean;
  /** Why it was refused; null while it was not. */
  error: unknown;
  onConfirm: () => void;
  onCancel: () => void;
  /** Where the focus goes when the button that asked is gone. */
  focusAfterwards?: RefObject<HTMLElement>;
  /** The consequence. */
  children: ReactNode;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { t } = useTranslation();
  const { title, confirmLabel, cancelLabel, isPending, error, onConfirm, onCancel, focusAfterwards, children } = props;
  useFocusBack(focusAfterwards);
  return (
    <Modal opened onClose={onCancel} title={title} centered returnFocus={false} closeButtonProps={{ "aria-label": t("Close") }}>
      <Stack>
        {children}
        {error !== null && <ErrorNotice sentence={sentenceOf(error)} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel} data-autofocus>{cancelLabel ?? t("Cancel")}</Button>
          <Button color="red.8" loading={isPending} onClick={onConfirm}>{confirmLabel}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}

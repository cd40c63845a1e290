/** Deletes one's own account: what goes, the password, and an explicit yes. */
import { Button, Checkbox, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router-dom";
import { problemAt, problemBeside } from "@/api/field-problems";
import { ApiError } from "@/api/problem";
import { ErasurePreview } from "@/components/ErasurePreview";
import { ErrorNotice } from "@/components/ErrorNotice";
import { revealButton } from "@/components/password-text";
import { useFocusBack } from "@/components/use-focus-back";
import { paths } from "@/config/paths";
import { useDeleteAccount, useErasurePlan } from "../api/deletion";

export function DeleteAccountDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const [isSure, setIsSure] = useState(false);
  const plan = useErasurePlan();
  const remove = useDeleteAccount();
  const navigate = useNavigate();
  useFocusBack();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // The page of the receipt ends the session: here, ending it would lead to the sign-in.
    remove.mutate(password, { onSuccess: ({ receipt }) => void navigate(paths.accountDeleted, { replace: true, state: { receipt } }) });
  };
  const wrong = remove.error instanceof ApiError && remove.error.code === "wrong_password" ? remove.error.detail : problemAt(remove.error, "current_password");
  const sentence = wrong === null ? problemBeside(remove.error, []) : null;
  return (
    <Modal opened onClose={onClose} title={t("Delete my account")} centered returnFocus={false} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("Close") }}>
      <form onSubmit={submit}>
        <Stack>
          <Text>{t("You are signed out everywhere, and all of this is erased for good:")}</Text>
          <ErasurePreview plan={plan.data} error={plan.error} onRetry={() => void plan.refetch()} />
          <PasswordInput label={t("Your password")} autoComplete="current-password" required withAsterisk={false} error={wrong} aria-invalid={wrong !== null}
            value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={revealButton} />
          <Checkbox label={t("I understand that nobody can bring it back.")} checked={isSure} onChange={(event) => setIsSure(event.currentTarget.checked)} />
          {sentence !== null && <ErrorNotice sentence={sentence} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus>{t("Keep my account")}</Button>
            <Button type="submit" color="red.8" disabled={!isSure} loading={remove.isPending}>{t("Delete for good")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

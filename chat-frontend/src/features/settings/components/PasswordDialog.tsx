/** Changes the password. */
import { Button, Group, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiError, sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { passwordRules, revealButton } from "@/components/password-text";
import { useChangePassword } from "../api/profile";

export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useChangePassword();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ current_password: current, new_password: next });
  };
  const fields = change.error instanceof ApiError ? change.error.fields : [];
  const nextError = fields.find(({ field }) => field === "new_password")?.message;
  return (
    <Modal opened onClose={onClose} title="Change password" centered closeButtonProps={{ "aria-label": "Close" }}>
      {change.isSuccess ? (
        <Stack>
          <Text role="status">Your password is changed. All other devices were signed out; this one stays signed in.</Text>
          <Button onClick={onClose}>Done</Button>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <PasswordInput label="Current password" autoComplete="current-password" required withAsterisk={false} data-autofocus
              value={current} onChange={(event) => setCurrent(event.currentTarget.value)} visibilityToggleButtonProps={revealButton} />
            <PasswordInput label="New password" description={passwordRules} autoComplete="new-password" required withAsterisk={false}
              error={nextError} value={next} onChange={(event) => setNext(event.currentTarget.value)} visibilityToggleButtonProps={revealButton} />
            {change.isError && nextError === undefined && <ErrorNotice sentence={sentenceOf(change.error)} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>Cancel</Button>
              <Button type="submit" loading={change.isPending}>Change password</Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

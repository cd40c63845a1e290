/** Takes the new password of whoever opened a link. */
import { Button, PasswordInput, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiError, sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { passwordRules, revealButton } from "@/components/password-text";
import { useResetPassword } from "../api/recovery";

export function ResetPasswordForm({ token, onDone }: { token: string; onDone: () => void }) {
  const [password, setPassword] = useState("");
  const reset = useResetPassword();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reset.mutate({ token, new_password: password }, { onSuccess: onDone });
  };
  const fields = reset.error instanceof ApiError ? reset.error.fields : [];
  const problem = fields.find(({ field }) => field === "new_password")?.message;
  return (
    <form onSubmit={submit}>
      <Stack>
        {reset.isError && problem === undefined && <ErrorNotice sentence={sentenceOf(reset.error)} />}
        <PasswordInput label="New password" description={passwordRules} autoComplete="new-password" required withAsterisk={false} autoFocus
          error={problem} aria-invalid={problem !== undefined} value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={revealButton} />
        <Button type="submit" loading={reset.isPending} fullWidth>Change password</Button>
      </Stack>
    </form>
  );
}

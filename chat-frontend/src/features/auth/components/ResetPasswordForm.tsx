/** Takes the new password of whoever opened a link. */
import { Button, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemAt, problemBeside } from "@/api/field-problems";
import { ErrorNotice } from "@/components/ErrorNotice";
import { NewPasswordInput } from "@/components/NewPasswordInput";
import { useResetPassword } from "../api/recovery";

export function ResetPasswordForm({ token, onDone }: { token: string; onDone: () => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const reset = useResetPassword();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    reset.mutate({ token, new_password: password }, { onSuccess: onDone });
  };
  const sentence = problemBeside(reset.error, ["new_password"]);
  return (
    <form onSubmit={submit}>
      <Stack>
        {sentence !== null && <ErrorNotice sentence={sentence} />}
        <NewPasswordInput label={t("New password")} value={password} onChange={setPassword} error={problemAt(reset.error, "new_password")} names={[]} autoFocus />
        <Button type="submit" loading={reset.isPending} fullWidth>{t("Change password")}</Button>
      </Stack>
    </form>
  );
}

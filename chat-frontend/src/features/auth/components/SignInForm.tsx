/** Takes a name and a password. */
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { leadOn, type SecondStep, secondStepOf } from "@/api/second-step";
import { ErrorNotice } from "@/components/ErrorNotice";
import { revealButton } from "@/components/password-text";
import { useSignIn } from "../api/accounts";

/** `onSecondStep` is called when the password was right and is not enough. */
export function SignInForm({ onSecondStep }: { onSecondStep: (step: SecondStep) => void }) {
  const { t } = useTranslation();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useSignIn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ username: username.trim(), password }, { onError: (error) => leadOn(error, onSecondStep) });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {signIn.isError && secondStepOf(signIn.error) === null && <ErrorNotice sentence={sentenceOf(signIn.error)} />}
        <TextInput label={t("Username")} autoComplete="username" autoCapitalize="none" spellCheck={false} required withAsterisk={false} autoFocus
          value={username} onChange={(event) => setUsername(event.currentTarget.value)} />
        <PasswordInput label={t("Password")} autoComplete="current-password" required withAsterisk={false}
          value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={revealButton} />
        <Button type="submit" loading={signIn.isPending} fullWidth>{t("Sign in")}</Button>
      </Stack>
    </form>
  );
}

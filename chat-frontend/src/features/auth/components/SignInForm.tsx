/** Takes a name and a password. */
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { revealButton } from "@/components/password-text";
import { useSignIn } from "../api/accounts";

export function SignInForm() {
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const signIn = useSignIn();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ username: username.trim(), password });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {signIn.isError && <ErrorNotice sentence={sentenceOf(signIn.error)} />}
        <TextInput label="Username" autoComplete="username" autoCapitalize="none" spellCheck={false} required withAsterisk={false} autoFocus
          value={username} onChange={(event) => setUsername(event.currentTarget.value)} />
        <PasswordInput label="Password" autoComplete="current-password" required withAsterisk={false}
          value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={revealButton} />
        <Button type="submit" loading={signIn.isPending} fullWidth>Sign in</Button>
      </Stack>
    </form>
  );
}

/** Takes what a new account needs, and shows what the service says of each field. */
import { Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { ApiError, sentenceOf } from "@/api/problem";
import { leadOn, type SecondStep, secondStepOf } from "@/api/second-step";
import { ErrorNotice } from "@/components/ErrorNotice";
import { passwordRules, revealButton } from "@/components/password-text";
import { useRegister } from "../api/accounts";

const empty = { username: "", email: "", fullName: "", password: "" };

/** `onSecondStep` is called when the account is there, and needs more than its password. */
export function RegisterForm({ onSecondStep }: { onSecondStep: (step: SecondStep) => void }) {
  const [fields, setFields] = useState(empty);
  const register = useRegister();
  const change = (name: keyof typeof empty) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setFields((current) => ({ ...current, [name]: value }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { username, email, fullName, password } = fields;
    const registration = { username: username.trim(), email: email.trim(), full_name: fullName.trim() || null, password };
    register.mutate(registration, { onError: (error) => leadOn(error, onSecondStep) });
  };
  const problems = register.error instanceof ApiError ? register.error.fields : [];
  const problemOf = (name: string) => problems.find(({ field }) => field === name)?.message;
  const isShownElsewhere = secondStepOf(register.error) !== null || ["username", "email", "full_name", "password"].some(problemOf);
  return (
    <form onSubmit={submit}>
      <Stack>
        {register.isError && !isShownElsewhere && <ErrorNotice sentence={sentenceOf(register.error)} />}
        <TextInput label="Username" autoComplete="username" autoCapitalize="none" spellCheck={false} required withAsterisk={false} autoFocus
          value={fields.username} onChange={change("username")} error={problemOf("username")} />
        <TextInput label="Email" type="email" autoComplete="email" required withAsterisk={false}
          value={fields.email} onChange={change("email")} error={problemOf("email")} />
        <TextInput label="Full name (optional)" autoComplete="name"
          value={fields.fullName} onChange={change("fullName")} error={problemOf("full_name")} />
        <PasswordInput label="Password" description={passwordRules} autoComplete="new-password" required withAsterisk={false}
          value={fields.password} onChange={change("password")} error={problemOf("password")} visibilityToggleButtonProps={revealButton} />
        <Button type="submit" loading={register.isPending} fullWidth>Create account</Button>
      </Stack>
    </form>
  );
}

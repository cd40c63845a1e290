/** Takes what a new account needs, and shows what the service says of each field. */
import { Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemAt, problemBeside } from "@/api/field-problems";
import { leadOn, type SecondStep, secondStepOf } from "@/api/second-step";
import { ErrorNotice } from "@/components/ErrorNotice";
import { NewPasswordInput } from "@/components/NewPasswordInput";
import { useRegister } from "../api/accounts";
import type { HeldInvitation } from "../api/invitation";

const empty = { username: "", email: "", fullName: "", password: "" };

interface Props {
  invitation?: HeldInvitation | null;
  onSecondStep: (step: SecondStep) => void;
}

/**
 * With an invitation that names an address, the account is for that one. `onSecondStep` is called when the account is
 * there, and needs more than its password.
 */
export function RegisterForm({ invitation = null, onSecondStep }: Props) {
  const { t } = useTranslation();
  const [fields, setFields] = useState({ ...empty, email: invitation?.email ?? "" });
  const register = useRegister();
  const change = (name: keyof typeof empty) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget;
    setFields((current) => ({ ...current, [name]: value }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { username, email, fullName, password } = fields;
    const registration = { username: username.trim(), email: email.trim(), full_name: fullName.trim() || null, password };
    const body = invitation === null ? registration : { ...registration, invitation: invitation.token };
    register.mutate(body, { onError: (error) => leadOn(error, onSecondStep) });
  };
  const problemOf = (name: string) => problemAt(register.error, name);
  const isSecondStep = secondStepOf(register.error) !== null;
  const sentence = isSecondStep ? null : problemBeside(register.error, ["username", "email", "full_name", "password"]);
  return (
    <form onSubmit={submit}>
      <Stack>
        {sentence !== null && <ErrorNotice sentence={sentence} />}
        <TextInput label={t("Username")} autoComplete="username" autoCapitalize="none" spellCheck={false} required withAsterisk={false} autoFocus
          value={fields.username} onChange={change("username")} error={problemOf("username")} />
        <TextInput label={t("Email")} type="email" autoComplete="email" required withAsterisk={false}
          readOnly={typeof invitation?.email === "string"} value={fields.email} onChange={change("email")} error={problemOf("email")} />
        <TextInput label={t("Full name (optional)")} autoComplete="name"
          value={fields.fullName} onChange={change("fullName")} error={problemOf("full_name")} />
        <NewPasswordInput label={t("Password")} value={fields.password} onChange={(password) => setFields((current) => ({ ...current, password }))}
          error={problemOf("password")} names={[fields.username, fields.email, fields.fullName]} />
        <Button type="submit" loading={register.isPending} fullWidth>{t("Create account")}</Button>
      </Stack>
    </form>
  );
}

/** Changes the password. */
import { Button, Group, PasswordInput, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemAt, problemBeside } from "@/api/field-problems";
import { ApiError } from "@/api/problem";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { NewPasswordInput } from "@/components/NewPasswordInput";
import { Panel } from "@/components/Panel";
import { revealButton } from "@/components/password-text";
import { phrase } from "@/i18n/phrase";
import { useChangePassword, useProfile } from "../api/profile";

const DONE = phrase("Your password is changed. All other devices were signed out; this one stays signed in.");

export function PasswordSection() {
  const { t } = useTranslation();
  return (
    <Panel title={t("Change password")} lead={t("Programs and devices that use the old one have to sign in again.")}>
      <PasswordForm />
    </Panel>
  );
}

function PasswordForm() {
  const { t } = useTranslation();
  const { data: profile } = useProfile();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const change = useChangePassword();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ current_password: current, new_password: next }, {
      onSuccess: () => {
        setCurrent("");
        setNext("");
      },
    });
  };
  const wrongCurrent = change.error instanceof ApiError && change.error.code === "wrong_password" ? change.error.detail : null;
  const currentProblem = wrongCurrent ?? problemAt(change.error, "current_password");
  const sentence = wrongCurrent === null ? problemBeside(change.error, ["current_password", "new_password"]) : null;
  const names = profile === undefined ? [] : [profile.username, profile.email, profile.full_name ?? ""];
  return (
    <form onSubmit={submit}>
      <Stack>
        <PasswordInput label={t("Current password")} autoComplete="current-password" required withAsterisk={false} error={currentProblem}
          aria-invalid={currentProblem !== null} value={current} onChange={(event) => setCurrent(event.currentTarget.value)}
          visibilityToggleButtonProps={revealButton} />
        <NewPasswordInput label={t("New password")} value={next} onChange={setNext} error={problemAt(change.error, "new_password")} names={names} />
        {sentence !== null && <ErrorNotice sentence={sentence} />}
        <Group>
          <Button type="submit" loading={change.isPending}>{t("Change password")}</Button>
        </Group>
        <DoneNotice sentence={change.isSuccess && current === "" ? t(DONE) : null} />
      </Stack>
    </form>
  );
}

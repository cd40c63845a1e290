/** Lets a device make a passkey, under a name that tells it from others. */
import { Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Enrolled } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { type EnrolmentToken, useAddPasskey } from "../api/enrolment";
import { LONGEST_PASSKEY_NAME } from "../model/texts";

interface PasskeySetupProps {
  token: EnrolmentToken;
  onEnrolled: (gain: Enrolled) => void;
}

export function PasskeySetup({ token, onEnrolled }: PasskeySetupProps) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const add = useAddPasskey(token);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate(name.trim(), { onSuccess: onEnrolled });
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>{t("Your browser will ask for your fingerprint, your face, a PIN or a security key. Nothing of it leaves the device.")}</p>
        <TextInput label={t("Name of the passkey")} description={t("So that you know it again, such as “My phone”.")} maxLength={LONGEST_PASSKEY_NAME}
          autoComplete="off" required withAsterisk={false} autoFocus data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
        {add.isError && <ErrorNotice sentence={sentenceOf(add.error)} />}
        <Button type="submit" fullWidth loading={add.isPending} disabled={name.trim() === ""}>{t("Set up the passkey")}</Button>
      </Stack>
    </form>
  );
}

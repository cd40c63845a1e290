/** Asks for a passkey's new name. */
import { Button, Group, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Passkey } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useRenamePasskey } from "../api/factors";
import { LONGEST_PASSKEY_NAME } from "../model/texts";

interface PasskeyRenameProps {
  passkey: Passkey;
  onCancel: () => void;
  onDone: () => void;
}

export function PasskeyRename({ passkey, onCancel, onDone }: PasskeyRenameProps) {
  const { t } = useTranslation();
  const [name, setName] = useState(passkey.name);
  const rename = useRenamePasskey();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate({ passkeyId: passkey.id, name: name.trim() }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <TextInput label={t("Name of the passkey")} value={name} maxLength={LONGEST_PASSKEY_NAME} autoComplete="off" data-autofocus
        onChange={(event) => setName(event.currentTarget.value)} />
      {rename.isError && <ErrorNotice sentence={sentenceOf(rename.error)} />}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={onCancel}>{t("Cancel")}</Button>
        <Button type="submit" loading={rename.isPending} disabled={name.trim() === ""}>{t("Rename")}</Button>
      </Group>
    </form>
  );
}

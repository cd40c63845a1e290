/** Makes an account for somebody. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemAt, problemBeside } from "@/api/field-problems";
import { ErrorNotice } from "@/components/ErrorNotice";
import { NewPasswordInput } from "@/components/NewPasswordInput";
import { useFocusBack } from "@/components/use-focus-back";
import { useCreatePerson } from "../api/people";
import { RolesInput } from "./RolesInput";

const empty = { username: "", email: "", fullName: "", password: "", roles: ["user"] };

export function CreatePersonDialog({ onClose, onCreated }: { onClose: () => void; onCreated: (username: string) => void }) {
  const { t } = useTranslation();
  const [fields, setFields] = useState(empty);
  const create = useCreatePerson();
  useFocusBack();
  const set = (change: Partial<typeof empty>) => setFields((current) => ({ ...current, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const { username, email, fullName, password, roles } = fields;
    create.mutate({ username: username.trim(), email: email.trim(), full_name: fullName.trim() || null, password, roles }, {
      onSuccess: (person) => {
        onClose();
        onCreated(person.username);
      },
    });
  };
  const problem = (field: string) => problemAt(create.error, field);
  const sentence = problemBeside(create.error, ["username", "email", "full_name", "password", "roles"]);
  return (
    <Modal opened onClose={onClose} title={t("Create an account")} centered returnFocus={false} closeOnClickOutside={false} closeButtonProps={{ "aria-label": t("Close") }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label={t("Username")} autoComplete="off" autoCapitalize="none" spellCheck={false} required withAsterisk={false} data-autofocus
            value={fields.username} onChange={(event) => set({ username: event.currentTarget.value })} error={problem("username")} />
          <TextInput label={t("Email")} type="email" autoComplete="off" required withAsterisk={false}
            value={fields.email} onChange={(event) => set({ email: event.currentTarget.value })} error={problem("email")} />
          <TextInput label={t("Full name (optional)")} autoComplete="off"
            value={fields.fullName} onChange={(event) => set({ fullName: event.currentTarget.value })} error={problem("full_name")} />
          <NewPasswordInput label={t("First password")} value={fields.password} onChange={(password) => set({ password })} error={problem("password")}
            names={[fields.username, fields.email, fields.fullName]} />
          <RolesInput value={fields.roles} onChange={(roles) => set({ roles })} error={problem("roles")} />
          {sentence !== null && <ErrorNotice sentence={sentence} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t("Cancel")}</Button>
            <Button type="submit" loading={create.isPending} disabled={fields.roles.length === 0}>{t("Create account")}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

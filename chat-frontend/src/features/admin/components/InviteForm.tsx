/** Takes whom to invite, and for how long. */
import { Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemAt, problemBeside } from "@/api/field-problems";
import { ErrorNotice } from "@/components/ErrorNotice";
import { randomId } from "@/config/random-id";
import { phrase } from "@/i18n/phrase";
import type { NewInvitation } from "../api/invitations";
import { RolesInput } from "./RolesInput";

const PERIODS = [
  { value: "24", label: phrase("One day") },
  { value: "72", label: phrase("Three days") },
  { value: "168", label: phrase("One week") },
  { value: "720", label: phrase("30 days") },
];

interface InviteFormProps {
  isPending: boolean;
  error: unknown;
  onCancel: () => void;
  onInvite: (attempt: { invitation: NewInvitation; attemptKey: string }) => void;
}

export function InviteForm({ isPending, error, onCancel, onInvite }: InviteFormProps) {
  const { t } = useTranslation();
  const [email, setEmail] = useState("");
  const [roles, setRoles] = useState(["user"]);
  const [hours, setHours] = useState("168");
  const attempt = useRef({ text: "", key: "" });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const invitation = { email: email.trim() || null, roles, expires_in_hours: Number(hours) };
    // The same wish again is the same attempt; a changed one is not.
    const text = JSON.stringify(invitation);
    if (attempt.current.text !== text) attempt.current = { text, key: randomId() };
    onInvite({ invitation, attemptKey: attempt.current.key });
  };
  const sentence = problemBeside(error, ["email", "roles"]);
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={t("Email (optional)")} description={t("With an address, only an account with that address can be created.")} type="email" autoComplete="off"
          data-autofocus value={email} onChange={(event) => setEmail(event.currentTarget.value)} error={problemAt(error, "email")} />
        <NativeSelect label={t("Holds for")} data={PERIODS.map(({ value, label }) => ({ value, label: t(label) }))} value={hours} onChange={(event) => setHours(event.currentTarget.value)} />
        <RolesInput value={roles} onChange={setRoles} error={problemAt(error, "roles")} />
        {sentence !== null && <ErrorNotice sentence={sentence} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>{t("Cancel")}</Button>
          <Button type="submit" loading={isPending} disabled={roles.length === 0}>{t("Make a link")}</Button>
        </Group>
      </Stack>
    </form>
  );
}

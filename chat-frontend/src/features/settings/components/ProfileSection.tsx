/** Who the person is to others: name and address. */
import { Button, Group, Skeleton, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemAt, problemBeside } from "@/api/field-problems";
import { sentenceOf } from "@/api/problem";
import type { Profile } from "@/api/shapes";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { day } from "@/components/times";
import { useProfile, useSaveProfile } from "../api/profile";
import { AccountFacts } from "./AccountFacts";

export function ProfileSection() {
  const { t } = useTranslation();
  const { data: profile, error, refetch } = useProfile();
  if (profile !== undefined) return <ProfilePanel profile={profile} />;
  if (error !== null) return <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  return <div role="status" aria-label={t("Loading")}><Skeleton height={320} radius="lg" /></div>;
}

function ProfilePanel({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const facts = [`@${profile.username}`, profile.roles.join(", "), t("here since {{day}}", { day: day(profile.created_at) })];
  return (
    <Panel title={t("Name and address")}>
      <AccountFacts name={profile.full_name ?? profile.username} facts={facts} />
      <ProfileForm profile={profile} />
    </Panel>
  );
}

function ProfileForm({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const [fullName, setFullName] = useState(profile.full_name ?? "");
  const [email, setEmail] = useState(profile.email);
  const save = useSaveProfile();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({ full_name: fullName.trim() || null, email: email.trim() }, {
      onSuccess: (saved) => {
        setFullName(saved.full_name ?? "");
        setEmail(saved.email);
      },
    });
  };
  const isChanged = fullName !== (profile.full_name ?? "") || email !== profile.email;
  const sentence = problemBeside(save.error, ["full_name", "email"]);
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput label={t("Full name")} description={t("How the page greets you. Leave it empty to go by your username.")} autoComplete="name"
          value={fullName} onChange={(event) => setFullName(event.currentTarget.value)} error={problemAt(save.error, "full_name")} />
        <TextInput label={t("Email")} type="email" autoComplete="email" required withAsterisk={false}
          value={email} onChange={(event) => setEmail(event.currentTarget.value)} error={problemAt(save.error, "email")} />
        {sentence !== null && <ErrorNotice sentence={sentence} />}
        <Group>
          <Button type="submit" loading={save.isPending}>{t("Save changes")}</Button>
          <DoneNotice sentence={save.isSuccess && !isChanged ? t("Saved.") : null} />
        </Group>
      </Stack>
    </form>
  );
}

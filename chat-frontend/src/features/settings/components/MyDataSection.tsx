/** What is kept about the person: to take along, and to end. */
import { Button, Skeleton } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useIsLastAdmin } from "@/api/last-admin";
import { sentenceOf } from "@/api/problem";
import type { Profile } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { phrase } from "@/i18n/phrase";
import { useProfile } from "../api/profile";
import { ExportPanel } from "./ExportPanel";
import { ImportPanel } from "./ImportPanel";

const DeleteAccountDialog = lazy(() => import("./DeleteAccountDialog").then((module) => ({ default: module.DeleteAccountDialog })));

const LAST_ADMIN = phrase("You are the last active administrator. Make somebody else one before you leave.");
const CONSEQUENCE = phrase("Your account, your conversations and everything else that is kept about you are erased in all services. This cannot be undone.");

export function MyDataSection() {
  const { t } = useTranslation();
  const { data: profile, error, refetch } = useProfile();
  if (profile === undefined && error !== null) return <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  if (profile === undefined) return <div role="status" aria-label={t("Loading")}><Skeleton height={320} radius="lg" /></div>;
  return (
    <>
      <ExportPanel username={profile.username} />
      <ImportPanel />
      <DeletionPanel profile={profile} />
    </>
  );
}

function DeletionPanel({ profile }: { profile: Profile }) {
  const { t } = useTranslation();
  const [isAsking, setIsAsking] = useState(false);
  const isLastAdmin = useIsLastAdmin(profile);
  return (
    <Panel title={t("Delete my account")} lead={t(isLastAdmin === true ? LAST_ADMIN : CONSEQUENCE)} isDangerous>
      {isLastAdmin === false && <Button variant="default" c="var(--error-text)" onClick={() => setIsAsking(true)}>{t("Delete my account…")}</Button>}
      <Suspense>{isAsking && <DeleteAccountDialog onClose={() => setIsAsking(false)} />}</Suspense>
    </Panel>
  );
}

/** The invitations that were made, and what became of them. */
import { Button, Skeleton, Text } from "@mantine/core";
import { lazy, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Invitation } from "@/api/shapes";
import { ConfirmDialog } from "@/components/ConfirmDialog";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Link } from "@/components/icons";
import { Panel } from "@/components/Panel";
import { useInvitations, useWithdrawInvitation } from "../api/invitations";
import { InvitationEntry } from "./InvitationEntry";
import classes from "./Invitations.module.css";

const InviteDialog = lazy(() => import("./InviteDialog").then((module) => ({ default: module.InviteDialog })));

export function InvitationsSection() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInvitations();
  const [isInviting, setIsInviting] = useState(false);
  const [withdrawing, setWithdrawing] = useState<Invitation | null>(null);
  const withdraw = useWithdrawInvitation();
  const list = useRef<HTMLUListElement>(null);
  const invitations = data?.pages.flatMap((page) => page.invitations) ?? [];
  const ask = (invitation: Invitation) => {
    withdraw.reset();
    setWithdrawing(invitation);
  };
  const confirm = () => {
    if (withdrawing !== null) withdraw.mutate(withdrawing.id, { onSuccess: () => setWithdrawing(null) });
  };
  const inviteButton = <Button leftSection={<Link size={16} aria-hidden />} onClick={() => setIsInviting(true)}>{t("Invite somebody")}</Button>;
  return (
    <Panel title={t("Links")} aside={inviteButton}>
      <DoneNotice sentence={withdraw.isSuccess ? t("Withdrawn. The link no longer holds.") : null} />
      {isPending && <div role="status" aria-label={t("Loading")}>{[1, 2, 3].map((row) => <Skeleton key={row} height={64} mt="sm" />)}</div>}
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {data !== undefined && invitations.length === 0 && <p className={classes.empty}>{t("Nobody has been invited yet.")}</p>}
      <ul className={classes.list} aria-label={t("Invitations")} ref={list} tabIndex={-1}>
        {invitations.map((invitation) => <InvitationEntry key={invitation.id} invitation={invitation} onWithdraw={() => ask(invitation)} />)}
      </ul>
      {hasNextPage && <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("Show more")}</Button>}
      <Suspense>{isInviting && <InviteDialog onClose={() => setIsInviting(false)} />}</Suspense>
      {withdrawing !== null && (
        <ConfirmDialog title={t("Withdraw the invitation")} confirmLabel={t("Withdraw")} isPending={withdraw.isPending} error={withdraw.error}
          onConfirm={confirm} onCancel={() => setWithdrawing(null)} focusAfterwards={list}>
          <Text>
            {withdrawing.email === null
              ? t("Whoever has the link can no longer create an account with it.")
              : t("{{email}} can no longer create an account with it.", { email: withdrawing.email })}
          </Text>
        </ConfirmDialog>
      )}
    </Panel>
  );
}

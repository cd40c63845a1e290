/** The invitations that were made, and what became of them. */
import { Button, Skeleton, Text } from "@mantine/core";
import { lazy, Suspense, useRef, useState } from "react";
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
  const inviteButton = <Button leftSection={<Link size={16} aria-hidden />} onClick={() => setIsInviting(true)}>Invite somebody</Button>;
  return (
    <Panel title="Links" aside={inviteButton}>
      <DoneNotice sentence={withdraw.isSuccess ? "Withdrawn. The link no longer holds." : null} />
      {isPending && <div role="status" aria-label="Loading">{[1, 2, 3].map((row) => <Skeleton key={row} height={64} mt="sm" />)}</div>}
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {data !== undefined && invitations.length === 0 && <p className={classes.empty}>Nobody has been invited yet.</p>}
      <ul className={classes.list} aria-label="Invitations" ref={list} tabIndex={-1}>
        {invitations.map((invitation) => <InvitationEntry key={invitation.id} invitation={invitation} onWithdraw={() => ask(invitation)} />)}
      </ul>
      {hasNextPage && <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>Show more</Button>}
      <Suspense>{isInviting && <InviteDialog onClose={() => setIsInviting(false)} />}</Suspense>
      {withdrawing !== null && (
        <ConfirmDialog title="Withdraw the invitation" confirmLabel="Withdraw" isPending={withdraw.isPending} error={withdraw.error}
          onConfirm={confirm} onCancel={() => setWithdrawing(null)} focusAfterwards={list}>
          <Text>{withdrawing.email === null ? "Whoever has the link" : withdrawing.email} can no longer create an account with it.</Text>
        </ConfirmDialog>
      )}
    </Panel>
  );
}

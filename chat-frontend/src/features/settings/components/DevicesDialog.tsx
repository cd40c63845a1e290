/** The devices that are signed in, and ways to sign them out. */
import { Button, Loader, Modal } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { sentenceOf } from "@/api/problem";
import type { SignIn } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useEndSignIn, useSignIns } from "../api/sign-ins";
import { DeviceEntry } from "./DeviceEntry";
import classes from "./DevicesDialog.module.css";
import { type Leaving, LeavingQuestion } from "./LeavingQuestion";

export function DevicesDialog({ onClose, onSignOut }: { onClose: () => void; onSignOut: () => void }) {
  const [leaving, setLeaving] = useState<Leaving | null>(null);
  const end = useEndSignIn();
  const confirm = () => {
    if (leaving === null) return;
    if (leaving !== "others" && leaving.is_current) return onSignOut();
    end.mutate(leaving, { onSettled: () => setLeaving(null) });
  };
  const ask = (which: Leaving) => {
    end.reset();
    setLeaving(which);
  };
  return (
    <Modal opened onClose={onClose} title="Signed-in devices" centered size="lg" closeButtonProps={{ "aria-label": "Close" }}>
      {leaving === null ? (
        <DeviceList onLeave={ask} refusal={end.isError ? sentenceOf(end.error) : null} hasChanged={end.isSuccess} wasAsked={!end.isIdle} />
      ) : (
        <LeavingQuestion leaving={leaving} isPending={end.isPending} onCancel={() => setLeaving(null)} onConfirm={confirm} />
      )}
    </Modal>
  );
}

interface DeviceListProps {
  onLeave: (which: Leaving) => void;
  refusal: string | null;
  hasChanged: boolean;
  wasAsked: boolean;
}

function DeviceList({ onLeave, refusal, hasChanged, wasAsked }: DeviceListProps) {
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useSignIns();
  const signIns: SignIn[] = data?.pages.flatMap((page) => page.signIns) ?? [];
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // The button that had the focus went with the question.
    if (wasAsked) list.current?.focus();
  }, [wasAsked]);
  if (isPending) return <div role="status" aria-label="Loading" className={classes.loading}><Loader aria-hidden /></div>;
  return (
    <>
      <p className={classes.lead}>Sign out whatever you do not know or no longer use. It takes effect within 10 seconds.</p>
      {refusal !== null && <ErrorNotice sentence={refusal} />}
      {hasChanged && <p role="status" className={classes.done}>Signed out.</p>}
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      <ul className={classes.list} aria-label="Devices" ref={list} tabIndex={-1}>
        {signIns.map((signIn) => <DeviceEntry key={signIn.id} signIn={signIn} onLeave={() => onLeave(signIn)} />)}
      </ul>
      <div className={classes.foot}>
        {hasNextPage && (
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>Show more</Button>
        )}
        {signIns.some((signIn) => !signIn.is_current) && (
          <Button variant="default" onClick={() => onLeave("others")}>Sign out everywhere else</Button>
        )}
      </div>
    </>
  );
}

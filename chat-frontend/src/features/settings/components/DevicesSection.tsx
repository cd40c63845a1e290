/** The devices that are signed in, and ways to sign them out. */
import { Button, Skeleton } from "@mantine/core";
import { type RefObject, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { SignIn } from "@/api/shapes";
import { signOut } from "@/api/sign-out";
import { DoneNotice } from "@/components/DoneNotice";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { useEndSignIn, useSignIns } from "../api/sign-ins";
import { DeviceEntry } from "./DeviceEntry";
import classes from "./DevicesSection.module.css";
import { type Leaving, LeavingQuestion } from "./LeavingQuestion";

export function DevicesSection() {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState<Leaving | null>(null);
  const end = useEndSignIn();
  const list = useRef<HTMLUListElement>(null);
  const confirm = () => {
    if (leaving === null) return;
    if (leaving !== "others" && leaving.is_current) void signOut();
    else end.mutate(leaving, { onSettled: () => setLeaving(null) });
  };
  const ask = (which: Leaving) => {
    end.reset();
    setLeaving(which);
  };
  return (
    <Panel title={t("Signed-in devices")}>
      {end.isError && <ErrorNotice sentence={sentenceOf(end.error)} />}
      <DoneNotice sentence={end.isSuccess ? t("Signed out.") : null} />
      <DeviceList list={list} onLeave={ask} />
      {leaving !== null && (
        <LeavingQuestion leaving={leaving} isPending={end.isPending} onCancel={() => setLeaving(null)} onConfirm={confirm} focusAfterwards={list} />
      )}
    </Panel>
  );
}

function DeviceList({ list, onLeave }: { list: RefObject<HTMLUListElement>; onLeave: (which: Leaving) => void }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useSignIns();
  const signIns: SignIn[] = data?.pages.flatMap((page) => page.signIns) ?? [];
  if (isPending) return <div role="status" aria-label={t("Loading")}>{[1, 2, 3].map((row) => <Skeleton key={row} height={72} mt="sm" />)}</div>;
  return (
    <>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      <ul className={classes.list} aria-label={t("Devices")} ref={list} tabIndex={-1}>
        {signIns.map((signIn) => <DeviceEntry key={signIn.id} signIn={signIn} onLeave={() => onLeave(signIn)} />)}
      </ul>
      <div className={classes.foot}>
        {hasNextPage && (
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("Show more")}</Button>
        )}
        {signIns.some((signIn) => !signIn.is_current) && (
          <Button variant="default" onClick={() => onLeave("others")}>{t("Sign out everywhere else")}</Button>
        )}
      </div>
    </>
  );
}

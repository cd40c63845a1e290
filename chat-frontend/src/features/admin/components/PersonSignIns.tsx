/** Where the person is signed in. */
import { Button, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { Around } from "@/components/Around";
import { ErrorNotice } from "@/components/ErrorNotice";
import { exactTime, timeAgo } from "@/components/times";
import { HOLE } from "@/i18n/hole";
import { usePersonSignIns } from "../api/person-sign-ins";
import type { Asking } from "../model/asking";
import classes from "./Person.module.css";

export function PersonSignIns({ username, onAsk }: { username: string; onAsk: (asking: Asking) => void }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePersonSignIns(username);
  const signIns = data?.pages.flatMap((page) => page.signIns) ?? [];
  return (
    <section className={classes.part} aria-labelledby="person-sign-ins">
      <div className={classes.head}>
        <h3 id="person-sign-ins">{t("Sign-ins")}</h3>
        {signIns.length > 0 && <Button variant="default" size="compact-sm" onClick={() => onAsk({ kind: "end-sign-ins" })}>{t("End all sign-ins")}</Button>}
      </div>
      {isPending && <div role="status" aria-label={t("Loading sign-ins")}><Skeleton height={48} /></div>}
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {data !== undefined && signIns.length === 0 && <p className={classes.quiet}>{t("Not signed in anywhere.")}</p>}
      <ul className={classes.list} aria-label={t("Sign-ins")}>
        {signIns.map((signIn) => (
          <li key={signIn.id}>
            <div className={classes.about}>
              <strong>{signIn.device}</strong>
              <span>{signIn.address} · <Around text={t("last used {{time}}", { time: HOLE })}><time dateTime={signIn.last_used_at}>{timeAgo(signIn.last_used_at)}</time></Around></span>
            </div>
            <Button variant="subtle" size="compact-sm" aria-label={t("End the sign-in of {{device}}, begun {{time}}", { device: signIn.device, time: exactTime(signIn.created_at) })}
              onClick={() => onAsk({ kind: "end-sign-in", signIn })}>
              {t("End")}
            </Button>
          </li>
        ))}
      </ul>
      {hasNextPage && <Button variant="default" size="compact-sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("Show more sign-ins")}</Button>}
    </section>
  );
}

/** The links that the person has given out, and the way to take each back. */
import { Anchor, Button, Loader } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";
import { sentenceOf } from "@/api/problem";
import type { Share } from "@/api/shapes";
import { useShares, useWithdrawShare } from "@/api/shares";
import { CopyButton } from "@/components/CopyButton";
import { ErrorNotice } from "@/components/ErrorNotice";
import { exactTime } from "@/components/times";
import { paths, sharedAddress } from "@/config/paths";
import classes from "./SharedLinksSection.module.css";

export function SharedLinksSection() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useShares();
  const withdraw = useWithdrawShare();
  const shares = data?.pages.flatMap((page) => page.shares);
  if (isPending) return <div role="status" aria-label={t("Loading")}><Loader aria-hidden /></div>;
  return (
    <>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {withdraw.error !== null && <ErrorNotice sentence={sentenceOf(withdraw.error)} />}
      {shares?.length === 0 && <p className={classes.quiet}>{t("You have shared nothing. The menu of each conversation has “Share…”.")}</p>}
      {shares !== undefined && shares.length > 0 && (
        <ul className={classes.list} aria-label={t("Shared links")}>
          {shares.map((share) => (
            <SharedLink key={share.token} share={share} isEnding={withdraw.isPending && withdraw.variables === share.conversation_id}
              onWithdraw={() => withdraw.mutate(share.conversation_id)} />
          ))}
        </ul>
      )}
      {hasNextPage && <Button variant="default" mt="md" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("Show more")}</Button>}
    </>
  );
}

interface SharedLinkProps {
  share: Share;
  isEnding: boolean;
  onWithdraw: () => void;
}

function SharedLink({ share, isEnding, onWithdraw }: SharedLinkProps) {
  const { t } = useTranslation();
  const { title, token, author_name, updated_at, conversation_id } = share;
  const time = exactTime(updated_at);
  return (
    <li className={classes.entry}>
      <Anchor component={Link} to={paths.conversation(conversation_id)} className={classes.title ?? ""}>{title}</Anchor>
      <span className={classes.quiet}>
        {author_name === null ? t("As of {{time}}, without a name", { time }) : t("As of {{time}}, by {{name}}", { time, name: author_name })}
      </span>
      <div className={classes.actions}>
        <CopyButton text={sharedAddress(token)} label={t("Copy link")} />
        <Button component="a" href={paths.shared(token)} target="_blank" rel="noreferrer" variant="default" size="compact-sm">{t("Open")}</Button>
        <Button variant="default" size="compact-sm" c="var(--error-text)" loading={isEnding} aria-label={t("Withdraw the link to {{title}}", { title })} onClick={onWithdraw}>{t("Withdraw link")}</Button>
      </div>
    </li>
  );
}

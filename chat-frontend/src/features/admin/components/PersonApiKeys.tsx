/** The API keys with which programs call in the person's name. */
import { Button, Skeleton } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { ApiKey } from "@/api/shapes";
import { Around } from "@/components/Around";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Tag } from "@/components/Tag";
import { day, timeAgo } from "@/components/times";
import { HOLE } from "@/i18n/hole";
import { usePersonApiKeys } from "../api/person-api-keys";
import type { Asking } from "../model/asking";
import classes from "./Person.module.css";

export function PersonApiKeys({ username, onAsk }: { username: string; onAsk: (asking: Asking) => void }) {
  const { t } = useTranslation();
  const { data, dataUpdatedAt, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePersonApiKeys(username);
  const apiKeys = data?.pages.flatMap((page) => page.apiKeys) ?? [];
  return (
    <section className={classes.part} aria-labelledby="person-api-keys">
      <h3 id="person-api-keys">{t("API keys")}</h3>
      {isPending && <div role="status" aria-label={t("Loading API keys")}><Skeleton height={20} /></div>}
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {data !== undefined && apiKeys.length === 0 && <p className={classes.quiet}>{t("No API keys.")}</p>}
      {apiKeys.length > 0 && (
        <ul className={classes.list} aria-label={t("API keys")}>
          {apiKeys.map((apiKey) => (
            <li key={apiKey.id}>
              <KeyFacts apiKey={apiKey} isOver={apiKey.expires_at !== null && Date.parse(apiKey.expires_at) <= dataUpdatedAt} />
              <Button variant="subtle" size="compact-sm" aria-label={t("Delete the API key {{name}}", { name: apiKey.name })} onClick={() => onAsk({ kind: "delete-api-key", apiKey })}>{t("Delete")}</Button>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && <Button variant="default" size="compact-sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>{t("Show more API keys")}</Button>}
    </section>
  );
}

function endOf(expiresAt: string | null, isOver: boolean, t: TFunction): string {
  if (expiresAt === null) return t("never expires");
  return isOver ? t("expired {{day}}", { day: day(expiresAt) }) : t("expires {{day}}", { day: day(expiresAt) });
}

function KeyFacts({ apiKey, isOver }: { apiKey: ApiKey; isOver: boolean }) {
  const { t } = useTranslation();
  const { name, prefix, scopes, expires_at: expiresAt, last_used_at: lastUsedAt } = apiKey;
  return (
    <div className={classes.about}>
      <strong>{name} {isOver && <Tag>{t("Expired")}</Tag>}</strong>
      <span><code>{prefix}…</code> · {scopes.join(", ")}</span>
      <span>
        {lastUsedAt === null
          ? t("Never used")
          : <Around text={t("Last used {{time}}", { time: HOLE })}><time dateTime={lastUsedAt}>{timeAgo(lastUsedAt)}</time></Around>}
        {` · ${endOf(expiresAt, isOver, t)}`}
      </span>
    </div>
  );
}

/** The API keys with which programs call in the person's name. */
import { Button, Skeleton } from "@mantine/core";
import { sentenceOf } from "@/api/problem";
import type { ApiKey } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Tag } from "@/components/Tag";
import { day, timeAgo } from "@/components/times";
import { usePersonApiKeys } from "../api/person-api-keys";
import type { Asking } from "../model/asking";
import classes from "./Person.module.css";

export function PersonApiKeys({ username, onAsk }: { username: string; onAsk: (asking: Asking) => void }) {
  const { data, dataUpdatedAt, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePersonApiKeys(username);
  const apiKeys = data?.pages.flatMap((page) => page.apiKeys) ?? [];
  return (
    <section className={classes.part} aria-labelledby="person-api-keys">
      <h3 id="person-api-keys">API keys</h3>
      {isPending && <div role="status" aria-label="Loading API keys"><Skeleton height={20} /></div>}
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {data !== undefined && apiKeys.length === 0 && <p className={classes.quiet}>No API keys.</p>}
      {apiKeys.length > 0 && (
        <ul className={classes.list} aria-label="API keys">
          {apiKeys.map((apiKey) => (
            <li key={apiKey.id}>
              <KeyFacts apiKey={apiKey} isOver={apiKey.expires_at !== null && Date.parse(apiKey.expires_at) <= dataUpdatedAt} />
              <Button variant="subtle" size="compact-sm" aria-label={`Delete the API key ${apiKey.name}`} onClick={() => onAsk({ kind: "delete-api-key", apiKey })}>Delete</Button>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && <Button variant="default" size="compact-sm" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>Show more API keys</Button>}
    </section>
  );
}

function KeyFacts({ apiKey, isOver }: { apiKey: ApiKey; isOver: boolean }) {
  const { name, prefix, scopes, expires_at: expiresAt, last_used_at: lastUsedAt } = apiKey;
  return (
    <div className={classes.about}>
      <strong>{name} {isOver && <Tag>Expired</Tag>}</strong>
      <span><code>{prefix}…</code> · {scopes.join(", ")}</span>
      <span>
        {lastUsedAt === null ? "Never used" : <>Last used <time dateTime={lastUsedAt}>{timeAgo(lastUsedAt)}</time></>}
        {expiresAt === null ? " · never expires" : <> · {isOver ? "expired" : "expires"} {day(expiresAt)}</>}
      </span>
    </div>
  );
}

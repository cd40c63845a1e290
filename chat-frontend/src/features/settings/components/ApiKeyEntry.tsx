/** One API key: its name, how it is recognised, what it may do, and when. */
import { Button } from "@mantine/core";
import type { ApiKey } from "@/api/shapes";
import { hasExpired, scopeTerms } from "../model/api-key-terms";
import { exactTime } from "@/components/times";
import classes from "./ApiKeysSection.module.css";

interface ApiKeyEntryProps {
  apiKey: ApiKey;
  /** When the list was loaded, in milliseconds: the moment that it is true of. */
  asOf: number;
  onRename: (button: HTMLElement) => void;
  onDelete: (button: HTMLElement) => void;
}

export function ApiKeyEntry({ apiKey, asOf, onRename, onDelete }: ApiKeyEntryProps) {
  const { name, prefix, scopes, created_at: createdAt, expires_at: expiresAt, last_used_at: lastUsedAt } = apiKey;
  const isOver = hasExpired(apiKey, asOf);
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{name}</strong>
          {isOver && <span className={classes.over}>Expired</span>}
          {scopes.map((scope) => <span key={scope} className={classes.mark}>{scopeTerms[scope].label}</span>)}
        </div>
        <code>{prefix}…</code>
        <span>Created <Moment at={createdAt} /></span>
        <span>{expiresAt === null ? "Never expires" : <>{isOver ? "Expired" : "Expires"} <Moment at={expiresAt} /></>}</span>
        <span>{lastUsedAt === null ? "Never used" : <>Last used <Moment at={lastUsedAt} /></>}</span>
      </div>
      <div className={classes.actions}>
        <Button variant="default" size="compact-sm" aria-label={`Rename ${name}`} onClick={(event) => onRename(event.currentTarget)}>
          Rename
        </Button>
        <Button variant="default" size="compact-sm" aria-label={`Delete ${name}`} onClick={(event) => onDelete(event.currentTarget)}>
          Delete
        </Button>
      </div>
    </li>
  );
}

function Moment({ at }: { at: string }) {
  return <time dateTime={at}>{exactTime(at)}</time>;
}

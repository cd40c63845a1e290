/** One API key: its name, how it is recognised, what it may do, and when. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ApiKey } from "@/api/shapes";
import { Around } from "@/components/Around";
import { HOLE } from "@/i18n/hole";
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
  const { t } = useTranslation();
  const { name, prefix, scopes, created_at: createdAt, expires_at: expiresAt, last_used_at: lastUsedAt } = apiKey;
  const isOver = hasExpired(apiKey, asOf);
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{name}</strong>
          {isOver && <span className={classes.over}>{t("Expired")}</span>}
          {scopes.map((scope) => <span key={scope} className={classes.mark}>{t(scopeTerms[scope].label)}</span>)}
        </div>
        <code>{prefix}…</code>
        <span><Around text={t("Created {{time}}", { time: HOLE })}><Moment at={createdAt} /></Around></span>
        <span>
          {expiresAt === null
            ? t("Never expires")
            : <Around text={isOver ? t("Expired {{time}}", { time: HOLE }) : t("Expires {{time}}", { time: HOLE })}><Moment at={expiresAt} /></Around>}
        </span>
        <span>{lastUsedAt === null ? t("Never used") : <Around text={t("Last used {{time}}", { time: HOLE })}><Moment at={lastUsedAt} /></Around>}</span>
      </div>
      <div className={classes.actions}>
        <Button variant="default" size="compact-sm" aria-label={t("Rename {{name}}", { name })} onClick={(event) => onRename(event.currentTarget)}>
          {t("Rename")}
        </Button>
        <Button variant="default" size="compact-sm" aria-label={t("Delete {{name}}", { name })} onClick={(event) => onDelete(event.currentTarget)}>
          {t("Delete")}
        </Button>
      </div>
    </li>
  );
}

function Moment({ at }: { at: string }) {
  return <time dateTime={at}>{exactTime(at)}</time>;
}

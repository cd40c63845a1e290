/** The passkeys, each with its name. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Passkey } from "@/api/shapes";
import { day } from "@/components/times";
import type { Intent } from "../model/intents";
import classes from "./Factors.module.css";

interface PasskeysPartProps {
  passkeys: Passkey[];
  canAdd: boolean;
  onIntent: (intent: Intent) => void;
}

export function PasskeysPart({ passkeys, canAdd, onIntent }: PasskeysPartProps) {
  const { t } = useTranslation();
  return (
    <section className={classes.part} aria-labelledby="passkeys-part">
      <h3 id="passkeys-part">{t("Passkeys")}</h3>
      <p className={classes.quiet}>{t("Your fingerprint, your face, a PIN or a security key. A passkey also signs you in without your password.")}</p>
      {passkeys.length > 0 && (
        <ul className={classes.list} aria-label={t("Your passkeys")}>
          {passkeys.map((passkey) => <PasskeyEntry key={passkey.id} passkey={passkey} onIntent={onIntent} />)}
        </ul>
      )}
      <div className={classes.actions}>
        {canAdd
          ? <Button variant="default" onClick={() => onIntent({ kind: "add-passkey" })}>{t("Add a passkey")}</Button>
          : <p className={classes.quiet}>{t("Passkeys need a current browser, and a page that is opened over https, or as localhost.")}</p>}
      </div>
    </section>
  );
}

function PasskeyEntry({ passkey, onIntent }: { passkey: Passkey; onIntent: (intent: Intent) => void }) {
  const { t } = useTranslation();
  const { name, created_at: createdAt, last_used_at: lastUsedAt, is_synced: isSynced } = passkey;
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <strong>{name}</strong>
        <span>{isSynced ? t("Added {{day}}, kept by your platform", { day: day(createdAt) }) : t("Added {{day}}", { day: day(createdAt) })}</span>
        <span>{lastUsedAt === null ? t("Not used yet") : t("Last used {{day}}", { day: day(lastUsedAt) })}</span>
      </div>
      <div className={classes.actions}>
        <Button variant="default" size="compact-sm" aria-label={t("Rename {{name}}", { name })} onClick={() => onIntent({ kind: "rename-passkey", passkey })}>{t("Rename")}</Button>
        <Button variant="default" size="compact-sm" aria-label={t("Remove {{name}}", { name })} onClick={() => onIntent({ kind: "remove-passkey", passkey })}>{t("Remove")}</Button>
      </div>
    </li>
  );
}

/** The passkeys, each with its name. */
import { Button } from "@mantine/core";
import type { Passkey } from "@/api/shapes";
import type { Intent } from "../model/intents";
import { day } from "../model/texts";
import classes from "./Factors.module.css";

interface PasskeysPartProps {
  passkeys: Passkey[];
  canAdd: boolean;
  onIntent: (intent: Intent) => void;
}

export function PasskeysPart({ passkeys, canAdd, onIntent }: PasskeysPartProps) {
  return (
    <section className={classes.part} aria-labelledby="passkeys-part">
      <h3 id="passkeys-part">Passkeys</h3>
      <p className={classes.quiet}>Your fingerprint, your face, a PIN or a security key. A passkey also signs you in without your password.</p>
      {passkeys.length > 0 && (
        <ul className={classes.list} aria-label="Your passkeys">
          {passkeys.map((passkey) => <PasskeyEntry key={passkey.id} passkey={passkey} onIntent={onIntent} />)}
        </ul>
      )}
      <div className={classes.actions}>
        {canAdd
          ? <Button variant="default" onClick={() => onIntent({ kind: "add-passkey" })}>Add a passkey</Button>
          : <p className={classes.quiet}>Passkeys need a current browser, and a page that is opened over https, or as localhost.</p>}
      </div>
    </section>
  );
}

function PasskeyEntry({ passkey, onIntent }: { passkey: Passkey; onIntent: (intent: Intent) => void }) {
  const { name, created_at: createdAt, last_used_at: lastUsedAt, is_synced: isSynced } = passkey;
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <strong>{name}</strong>
        <span>Added {day(createdAt)}{isSynced ? ", kept by your platform" : ""}</span>
        <span>{lastUsedAt === null ? "Not used yet" : `Last used ${day(lastUsedAt)}`}</span>
      </div>
      <div className={classes.actions}>
        <Button variant="default" size="compact-sm" aria-label={`Rename ${name}`} onClick={() => onIntent({ kind: "rename-passkey", passkey })}>Rename</Button>
        <Button variant="default" size="compact-sm" aria-label={`Remove ${name}`} onClick={() => onIntent({ kind: "remove-passkey", passkey })}>Remove</Button>
      </div>
    </li>
  );
}

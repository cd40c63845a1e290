/** The authenticator app. */
import { Button } from "@mantine/core";
import type { Factors } from "@/api/shapes";
import type { Intent } from "../model/intents";
import { day } from "../model/texts";
import classes from "./Factors.module.css";

export function AppPart({ totp, onIntent }: { totp: Factors["totp"]; onIntent: (intent: Intent) => void }) {
  return (
    <section className={classes.part} aria-labelledby="app-part">
      <h3 id="app-part">Authenticator app</h3>
      <p className={classes.quiet}>
        {totp === null
          ? "An app on your phone, or your password manager, shows a new code every half minute."
          : `Set up ${day(totp.created_at)}. ${totp.last_used_at === null ? "Not used yet." : `Last used ${day(totp.last_used_at)}.`}`}
      </p>
      <div className={classes.actions}>
        <Button variant={totp === null ? "filled" : "default"} onClick={() => onIntent({ kind: "set-up-app" })}>
          {totp === null ? "Set up the app" : "Replace the app"}
        </Button>
        {totp !== null && <Button variant="default" onClick={() => onIntent({ kind: "remove-app" })}>Remove the app</Button>}
      </div>
    </section>
  );
}

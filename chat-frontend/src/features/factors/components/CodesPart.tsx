/** How many recovery codes are left. */
import { Button } from "@mantine/core";
import type { Intent } from "../model/intents";
import classes from "./Factors.module.css";

export function CodesPart({ left, onIntent }: { left: number; onIntent: (intent: Intent) => void }) {
  return (
    <section className={classes.part} aria-labelledby="codes-part">
      <h3 id="codes-part">Recovery codes</h3>
      <p className={classes.quiet}>
        {left === 0 ? "None is left." : left === 1 ? "One code is left." : `${left} codes are left.`} Each lets you in once without your
        other factors.
      </p>
      <div className={classes.actions}>
        <Button variant="default" onClick={() => onIntent({ kind: "renew-codes" })}>Make new codes</Button>
      </div>
    </section>
  );
}

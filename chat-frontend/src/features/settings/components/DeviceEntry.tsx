/** One sign-in: which device, from where, since when. */
import { Button } from "@mantine/core";
import type { SignIn } from "@/api/shapes";
import { exactTime } from "../model/times";
import classes from "./DevicesDialog.module.css";

export function DeviceEntry({ signIn, onLeave }: { signIn: SignIn; onLeave: () => void }) {
  const { device, address, created_at: createdAt, last_used_at: lastUsedAt, is_current: isCurrent } = signIn;
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{device}</strong>
          {isCurrent && <span className={classes.mark}>This device</span>}
        </div>
        <span>{address}</span>
        <span>Last used <time dateTime={lastUsedAt}>{exactTime(lastUsedAt)}</time></span>
        <span>Signed in <time dateTime={createdAt}>{exactTime(createdAt)}</time></span>
      </div>
      <Button variant="default" size="compact-sm" aria-label={`Sign out ${device}${isCurrent ? ", this device" : `, signed in ${exactTime(createdAt)}`}`}
        onClick={onLeave}>
        Sign out
      </Button>
    </li>
  );
}

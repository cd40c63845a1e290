/** One sign-in: which device, from where, since when. */
import { Button } from "@mantine/core";
import type { SignIn } from "@/api/shapes";
import { Monitor, Smartphone, SquareTerminal } from "@/components/icons";
import { Tag } from "@/components/Tag";
import { exactTime } from "@/components/times";
import classes from "./DevicesSection.module.css";

/** By what the service calls devices: "Safari on iPhone", "Firefox on Linux"; a program has its own name. */
function DeviceIcon({ device }: { device: string }) {
  if (/ on (iPhone|iPad|Android)/.test(device)) return <Smartphone size={20} />;
  return device.includes(" on ") ? <Monitor size={20} /> : <SquareTerminal size={20} />;
}

export function DeviceEntry({ signIn, onLeave }: { signIn: SignIn; onLeave: () => void }) {
  const { device, address, created_at: createdAt, last_used_at: lastUsedAt, is_current: isCurrent } = signIn;
  return (
    <li className={classes.entry}>
      <span className={classes.icon} aria-hidden><DeviceIcon device={device} /></span>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{device}</strong>
          {isCurrent && <Tag tone="accent">This device</Tag>}
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

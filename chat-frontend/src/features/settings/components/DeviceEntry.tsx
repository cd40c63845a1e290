/** One sign-in: which device, from where, since when. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SignIn } from "@/api/shapes";
import { Around } from "@/components/Around";
import { Monitor, Smartphone, SquareTerminal } from "@/components/icons";
import { Tag } from "@/components/Tag";
import { exactTime } from "@/components/times";
import { HOLE } from "@/i18n/hole";
import classes from "./DevicesSection.module.css";

/** By what the service calls devices: "Safari on iPhone", "Firefox on Linux"; a program has its own name. */
function DeviceIcon({ device }: { device: string }) {
  if (/ on (iPhone|iPad|Android)/.test(device)) return <Smartphone size={20} />;
  return device.includes(" on ") ? <Monitor size={20} /> : <SquareTerminal size={20} />;
}

export function DeviceEntry({ signIn, onLeave }: { signIn: SignIn; onLeave: () => void }) {
  const { t } = useTranslation();
  const { device, address, created_at: createdAt, last_used_at: lastUsedAt, is_current: isCurrent } = signIn;
  return (
    <li className={classes.entry}>
      <span className={classes.icon} aria-hidden><DeviceIcon device={device} /></span>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{device}</strong>
          {isCurrent && <Tag tone="accent">{t("This device")}</Tag>}
        </div>
        <span>{address}</span>
        <span><Around text={t("Last used {{time}}", { time: HOLE })}><time dateTime={lastUsedAt}>{exactTime(lastUsedAt)}</time></Around></span>
        <span><Around text={t("Signed in {{time}}", { time: HOLE })}><time dateTime={createdAt}>{exactTime(createdAt)}</time></Around></span>
      </div>
      <Button variant="default" size="compact-sm" onClick={onLeave}
        aria-label={isCurrent ? t("Sign out {{device}}, this device", { device }) : t("Sign out {{device}}, signed in {{time}}", { device, time: exactTime(createdAt) })}>
        {t("Sign out")}
      </Button>
    </li>
  );
}

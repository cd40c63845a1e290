/** One invitation. */
import { Button } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Invitation } from "@/api/shapes";
import { Tag, type Tone } from "@/components/Tag";
import { day, exactTime } from "@/components/times";
import { phrase } from "@/i18n/phrase";
import classes from "./Invitations.module.css";
import { RoleBadges } from "./PersonName";

const STATES: Record<Invitation["state"], { label: string; tone: Tone }> = {
  open: { label: phrase("Open"), tone: "good" },
  used: { label: phrase("Used"), tone: "accent" },
  withdrawn: { label: phrase("Withdrawn"), tone: "neutral" },
  expired: { label: phrase("Expired"), tone: "neutral" },
};

function fateOf(invitation: Invitation, t: TFunction): string {
  const { state, used_at: usedAt, used_by: usedBy, withdrawn_at: withdrawnAt, expires_at: expiresAt } = invitation;
  if (state === "used") return `${t("Used by {{name}}", { name: usedBy ?? t("somebody who was deleted since") })}${usedAt === null ? "" : `, ${exactTime(usedAt)}`}`;
  if (state === "withdrawn") return withdrawnAt === null ? t("Whoever made it is no administrator any more") : t("Withdrawn {{time}}", { time: exactTime(withdrawnAt) });
  const time = exactTime(expiresAt);
  return state === "open" ? t("Holds until {{time}}", { time }) : t("Held until {{time}}", { time });
}

export function InvitationEntry({ invitation, onWithdraw }: { invitation: Invitation; onWithdraw: () => void }) {
  const { t } = useTranslation();
  const { email, roles, state, created_by: createdBy, created_at: createdAt } = invitation;
  const { label, tone } = STATES[state];
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{email ?? t("Anyone with the link")}</strong>
          <Tag tone={tone}>{t(label)}</Tag>
          <RoleBadges roles={roles} />
        </div>
        <span>{fateOf(invitation, t)}</span>
        <span>{t("Made {{day}} by {{name}}", { day: day(createdAt), name: createdBy ?? t("somebody who was deleted since") })}</span>
      </div>
      {state === "open" && (
        <Button variant="default" size="compact-sm" onClick={onWithdraw}
          aria-label={t("Withdraw the invitation for {{whom}}, made {{time}}", { whom: email ?? t("anyone with the link"), time: exactTime(createdAt) })}>
          {t("Withdraw")}
        </Button>
      )}
    </li>
  );
}

/** One invitation. */
import { Button } from "@mantine/core";
import type { Invitation } from "@/api/shapes";
import { Tag, type Tone } from "@/components/Tag";
import { day, exactTime } from "@/components/times";
import classes from "./Invitations.module.css";
import { RoleBadges } from "./PersonName";

const STATES: Record<Invitation["state"], { label: string; tone: Tone }> = {
  open: { label: "Open", tone: "good" },
  used: { label: "Used", tone: "accent" },
  withdrawn: { label: "Withdrawn", tone: "neutral" },
  expired: { label: "Expired", tone: "neutral" },
};

function fateOf({ state, used_at: usedAt, used_by: usedBy, withdrawn_at: withdrawnAt, expires_at: expiresAt }: Invitation): string {
  if (state === "used") return `Used by ${usedBy ?? "somebody who was deleted since"}${usedAt === null ? "" : `, ${exactTime(usedAt)}`}`;
  if (state === "withdrawn") return withdrawnAt === null ? "Whoever made it is no administrator any more" : `Withdrawn ${exactTime(withdrawnAt)}`;
  return `${state === "open" ? "Holds until" : "Held until"} ${exactTime(expiresAt)}`;
}

export function InvitationEntry({ invitation, onWithdraw }: { invitation: Invitation; onWithdraw: () => void }) {
  const { email, roles, state, created_by: createdBy, created_at: createdAt } = invitation;
  const { label, tone } = STATES[state];
  return (
    <li className={classes.entry}>
      <div className={classes.about}>
        <div className={classes.name}>
          <strong>{email ?? "Anyone with the link"}</strong>
          <Tag tone={tone}>{label}</Tag>
          <RoleBadges roles={roles} />
        </div>
        <span>{fateOf(invitation)}</span>
        <span>Made {day(createdAt)} by {createdBy ?? "somebody who was deleted since"}</span>
      </div>
      {state === "open" && (
        <Button variant="default" size="compact-sm" aria-label={`Withdraw the invitation for ${email ?? "anyone with the link"}, made ${exactTime(createdAt)}`} onClick={onWithdraw}>
          Withdraw
        </Button>
      )}
    </li>
  );
}

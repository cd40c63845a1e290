/** How a person shows in a list: who they are, and what is to be known at a glance. */
import { UnstyledButton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Person } from "@/api/shapes";
import { Initials } from "@/components/Initials";
import { Tag, type Tone } from "@/components/Tag";
import { timeAgo } from "@/components/times";
import { useViewer } from "../model/viewer";
import classes from "./People.module.css";

export function PersonName({ person, onChoose }: { person: Person; onChoose: (username: string) => void }) {
  const { t } = useTranslation();
  const { userId } = useViewer();
  const name = person.full_name ?? person.username;
  return (
    <div className={classes.person}>
      <Initials name={name} isFaded={!person.is_active} />
      <div className={classes.words}>
        {/* The whole row or card answers to the pointer; this is what the keyboard and screen readers find. */}
        <UnstyledButton className={classes.choose} onClick={() => onChoose(person.username)}>
          {name}{person.id === userId && <span className={classes.quiet}>{` ${t("(you)")}`}</span>}
        </UnstyledButton>
        <span className={classes.quiet}>@{person.username} <span className={classes.address}>{person.email}</span></span>
      </div>
    </div>
  );
}

const ROLE_TONES: Record<string, Tone> = { admin: "accent", manager: "good" };

export function RoleBadges({ roles }: { roles: string[] }) {
  return (
    <span className={classes.badges}>
      {roles.map((role) => <Tag key={role} tone={ROLE_TONES[role] ?? "neutral"}>{role}</Tag>)}
    </span>
  );
}

export function StateBadge({ isActive }: { isActive: boolean }) {
  const { t } = useTranslation();
  return (
    <span className={classes.state} data-active={isActive || undefined}>
      <span className={classes.dot} aria-hidden /> {isActive ? t("Active") : t("Deactivated")}
    </span>
  );
}

export function PersonMarks({ person }: { person: Person }) {
  const { t } = useTranslation();
  return (
    <div className={classes.marks}>
      <RoleBadges roles={person.roles} />
      <StateBadge isActive={person.is_active} />
      <span className={classes.quiet}>{person.last_login_at === null ? t("Never signed in") : t("Last here {{time}}", { time: timeAgo(person.last_login_at) })}</span>
    </div>
  );
}

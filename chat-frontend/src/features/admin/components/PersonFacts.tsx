/** Who the person is. */
import { useTranslation } from "react-i18next";
import type { Person } from "@/api/shapes";
import { Initials } from "@/components/Initials";
import { exactTime } from "@/components/times";
import classes from "./Person.module.css";
import { RoleBadges, StateBadge } from "./PersonName";

export function PersonFacts({ person }: { person: Person }) {
  const { t } = useTranslation();
  const facts: [string, string][] = [
    [t("Username"), person.username],
    [t("Email"), person.email],
    [t("Joined"), exactTime(person.created_at)],
    [t("Last sign-in"), person.last_login_at === null ? t("Never") : exactTime(person.last_login_at)],
  ];
  return (
    <section className={classes.part} aria-label={t("About")}>
      <div className={classes.glance}>
        <Initials name={person.full_name ?? person.username} isFaded={!person.is_active} />
        <RoleBadges roles={person.roles} />
        <StateBadge isActive={person.is_active} />
      </div>
      <dl className={classes.facts}>
        {facts.map(([term, text]) => <div key={term}><dt>{term}</dt><dd>{text}</dd></div>)}
      </dl>
    </section>
  );
}

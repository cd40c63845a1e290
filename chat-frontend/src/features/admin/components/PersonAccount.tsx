/** What can be done about the whole account. What the service would refuse is not offered, but explained. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";
import { useIsLastAdmin } from "@/api/last-admin";
import { sentenceOf } from "@/api/problem";
import type { Person } from "@/api/shapes";
import { Around } from "@/components/Around";
import { ErrorNotice } from "@/components/ErrorNotice";
import { paths } from "@/config/paths";
import { HOLE } from "@/i18n/hole";
import { useChangePerson } from "../api/people";
import type { Asking } from "../model/asking";
import { useViewer } from "../model/viewer";
import classes from "./Person.module.css";

export function PersonAccount({ person, onAsk }: { person: Person; onAsk: (asking: Asking) => void }) {
  const { t } = useTranslation();
  const { userId } = useViewer();
  const isLastAdmin = useIsLastAdmin(person);
  const change = useChangePerson(person.username);
  if (person.id === userId) {
    return (
      <section className={classes.part} aria-label={t("Account")}>
        <p className={classes.quiet}>
          <Around text={t("This is you. Your name, password and account are in your {{settings}}; your roles are for another administrator to change.", { settings: HOLE })}>
            <Link to={paths.settings}>{t("settings")}</Link>
          </Around>
        </p>
      </section>
    );
  }
  return (
    <section className={classes.part} aria-labelledby="person-account">
      <h3 id="person-account">{t("Account")}</h3>
      {person.is_active && (
        <Action title={t("New password")} text={t("A link with which they choose one, for you to hand over.")} label={t("Make a link")} onClick={() => onAsk({ kind: "reset-link" })} />
      )}
      {isLastAdmin === true && <p className={classes.quiet}>{t("This is the last active administrator, so the account can neither be deactivated nor deleted.")}</p>}
      {isLastAdmin === false && person.is_active && (
        <Action title={t("Deactivate")} text={t("They are signed out everywhere and cannot sign in. Everything is kept.")} label={t("Deactivate")} onClick={() => onAsk({ kind: "deactivate" })} />
      )}
      {!person.is_active && (
        <>
          <Action title={t("Activate")} text={t("They can sign in again, with everything as it was.")} label={t("Activate")} isPending={change.isPending}
            onClick={() => change.mutate({ is_active: true })} />
          {change.isError && <ErrorNotice sentence={sentenceOf(change.error)} />}
        </>
      )}
      {isLastAdmin === false && (
        <Action title={t("Delete")} text={t("The account and all its data are erased, for good.")} label={t("Delete…")} isDangerous onClick={() => onAsk({ kind: "delete" })} />
      )}
    </section>
  );
}

interface ActionProps {
  title: string;
  text: string;
  label: string;
  isDangerous?: boolean;
  isPending?: boolean;
  onClick: () => void;
}

function Action({ title, text, label, isDangerous = false, isPending = false, onClick }: ActionProps) {
  return (
    <div className={classes.action}>
      <div className={classes.about}><strong>{title}</strong><span>{text}</span></div>
      <Button variant="default" size="sm" loading={isPending} {...(isDangerous ? { c: "var(--error-text)" } : {})} onClick={onClick}>{label}</Button>
    </div>
  );
}

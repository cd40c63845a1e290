/** What can be done about the whole account. What the service would refuse is not offered, but explained. */
import { Button } from "@mantine/core";
import { Link } from "react-router-dom";
import { useIsLastAdmin } from "@/api/last-admin";
import { sentenceOf } from "@/api/problem";
import type { Person } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { paths } from "@/config/paths";
import { useChangePerson } from "../api/people";
import type { Asking } from "../model/asking";
import { useViewer } from "../model/viewer";
import classes from "./Person.module.css";

export function PersonAccount({ person, onAsk }: { person: Person; onAsk: (asking: Asking) => void }) {
  const { userId } = useViewer();
  const isLastAdmin = useIsLastAdmin(person);
  const change = useChangePerson(person.username);
  if (person.id === userId) {
    return (
      <section className={classes.part} aria-label="Account">
        <p className={classes.quiet}>This is you. Your name, password and account are in your <Link to={paths.settings}>settings</Link>; your roles are for another administrator to change.</p>
      </section>
    );
  }
  return (
    <section className={classes.part} aria-labelledby="person-account">
      <h3 id="person-account">Account</h3>
      {person.is_active && (
        <Action title="New password" text="A link with which they choose one, for you to hand over." label="Make a link" onClick={() => onAsk({ kind: "reset-link" })} />
      )}
      {isLastAdmin === true && <p className={classes.quiet}>This is the last active administrator, so the account can neither be deactivated nor deleted.</p>}
      {isLastAdmin === false && person.is_active && (
        <Action title="Deactivate" text="They are signed out everywhere and cannot sign in. Everything is kept." label="Deactivate" onClick={() => onAsk({ kind: "deactivate" })} />
      )}
      {!person.is_active && (
        <>
          <Action title="Activate" text="They can sign in again, with everything as it was." label="Activate" isPending={change.isPending}
            onClick={() => change.mutate({ is_active: true })} />
          {change.isError && <ErrorNotice sentence={sentenceOf(change.error)} />}
        </>
      )}
      {isLastAdmin === false && (
        <Action title="Delete" text="The account and all its data are erased, for good." label="Delete…" isDangerous onClick={() => onAsk({ kind: "delete" })} />
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

/** Whose account it is, at a glance. */
import { Initials } from "@/components/Initials";
import classes from "./AccountFacts.module.css";

export function AccountFacts({ name, facts }: { name: string; facts: string[] }) {
  return (
    <div className={classes.person}>
      <Initials name={name} />
      <div className={classes.words}>
        <strong>{name}</strong>
        <span>{facts.join(" · ")}</span>
      </div>
    </div>
  );
}

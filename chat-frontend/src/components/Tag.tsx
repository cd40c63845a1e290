/** A word that marks something: a role, a state. */
import classes from "./Tag.module.css";

export type Tone = "neutral" | "accent" | "good" | "warning" | "bad";

export function Tag({ tone = "neutral", children }: { tone?: Tone; children: string }) {
  return <span className={classes.tag} data-tone={tone}>{children}</span>;
}

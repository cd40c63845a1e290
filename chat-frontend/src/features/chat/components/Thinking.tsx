/** Shown between a question and the first words of its answer. */
import classes from "./Thinking.module.css";

export function Thinking() {
  return (
    <p className={classes.thinking}>
      <span className={classes.dots} aria-hidden><i /><i /><i /></span>
      Thinking…
    </p>
  );
}

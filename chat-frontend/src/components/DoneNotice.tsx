/** Says that something is done, in passing. It is there from the start, so that screen readers hear when its text comes. */
import { CircleCheck } from "./icons";
import classes from "./DoneNotice.module.css";

export function DoneNotice({ sentence }: { sentence: string | null }) {
  return (
    <p role="status" className={classes.done}>
      {sentence !== null && <><CircleCheck size={18} aria-hidden /> {sentence}</>}
    </p>
  );
}

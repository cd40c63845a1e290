/** What each service says of its part of an erasure. */
import type { Erasure } from "@/api/shapes";
import classes from "./Erasure.module.css";
import { countSentence, serviceTitle } from "./erasure-words";
import { CircleCheck, Clock } from "./icons";
import { exactTime } from "./times";

export function ErasureParts({ parts }: { parts: Erasure["services"] }) {
  return (
    <ul className={classes.list} aria-label="Confirmations">
      {parts.map((part) => (
        <li key={part.service} data-done={part.is_confirmed || undefined}>
          {part.is_confirmed ? <CircleCheck size={18} aria-hidden /> : <Clock size={18} aria-hidden />}
          <strong>{serviceTitle(part.service)}</strong>
          <span>{fateOf(part)}</span>
        </li>
      ))}
    </ul>
  );
}

function fateOf({ is_confirmed: isConfirmed, confirmed_at: confirmedAt, erased, problem }: Erasure["services"][number]): string {
  if (!isConfirmed) return problem === null ? "Waiting for its confirmation" : `Not yet: ${problem} The next try follows by itself.`;
  const what = countSentence(erased ?? {});
  return `${what === null ? "Nothing was there" : `Erased: ${what}`}${confirmedAt === null ? "" : ` · confirmed ${exactTime(confirmedAt)}`}`;
}

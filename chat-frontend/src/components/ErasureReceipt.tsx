/** What became of a deleted person's data: each service confirms its part. */
import type { Erasure } from "@/api/shapes";
import { CircleCheck, Clock } from "./icons";
import classes from "./Erasure.module.css";
import { countSentence, serviceTitle } from "./erasure-words";
import { exactTime } from "./times";

export function ErasureReceipt({ erasure }: { erasure: Erasure }) {
  const isDone = erasure.completed_at !== null;
  return (
    <section aria-label="Receipt">
      <p role="status" className={classes.outcome}>
        {isDone ? "Everything is erased. All services have confirmed it." : "The account is gone. What the services hold is being erased now…"}
      </p>
      <ul className={classes.list} aria-label="Confirmations">
        {erasure.services.map((part) => (
          <li key={part.service} data-done={part.is_confirmed || undefined}>
            {part.is_confirmed ? <CircleCheck size={18} aria-hidden /> : <Clock size={18} aria-hidden />}
            <strong>{serviceTitle(part.service)}</strong>
            <span>{fateOf(part)}</span>
          </li>
        ))}
      </ul>
      <dl className={classes.facts}>
        <div><dt>Receipt</dt><dd><code>{erasure.id}</code></dd></div>
        <div><dt>Asked for</dt><dd>{exactTime(erasure.requested_at)}</dd></div>
        {erasure.completed_at !== null && <div><dt>Completed</dt><dd>{exactTime(erasure.completed_at)}</dd></div>}
      </dl>
    </section>
  );
}

function fateOf({ is_confirmed: isConfirmed, confirmed_at: confirmedAt, erased, problem }: Erasure["services"][number]): string {
  if (!isConfirmed) return problem === null ? "Waiting for its confirmation" : `Not yet: ${problem} The next try follows by itself.`;
  const what = countSentence(erased ?? {});
  return `${what === null ? "Nothing was there" : `Erased: ${what}`}${confirmedAt === null ? "" : ` · confirmed ${exactTime(confirmedAt)}`}`;
}

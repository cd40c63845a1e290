/** What became of a deleted person's data: each service confirms its part. */
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Erasure } from "@/api/shapes";
import { CircleCheck, Clock } from "./icons";
import classes from "./Erasure.module.css";
import { countSentence, serviceTitle } from "./erasure-words";
import { exactTime } from "./times";

export function ErasureReceipt({ erasure }: { erasure: Erasure }) {
  const { t } = useTranslation();
  const isDone = erasure.completed_at !== null;
  return (
    <section aria-label={t("Receipt")}>
      <p role="status" className={classes.outcome}>
        {isDone ? t("Everything is erased. All services have confirmed it.") : t("The account is gone. What the services hold is being erased now…")}
      </p>
      <ul className={classes.list} aria-label={t("Confirmations")}>
        {erasure.services.map((part) => (
          <li key={part.service} data-done={part.is_confirmed || undefined}>
            {part.is_confirmed ? <CircleCheck size={18} aria-hidden /> : <Clock size={18} aria-hidden />}
            <strong>{serviceTitle(part.service)}</strong>
            <span>{fateOf(part, t)}</span>
          </li>
        ))}
      </ul>
      <dl className={classes.facts}>
        <div><dt>{t("Receipt")}</dt><dd><code>{erasure.id}</code></dd></div>
        <div><dt>{t("Asked for")}</dt><dd>{exactTime(erasure.requested_at)}</dd></div>
        {erasure.completed_at !== null && <div><dt>{t("Completed")}</dt><dd>{exactTime(erasure.completed_at)}</dd></div>}
      </dl>
    </section>
  );
}

function fateOf({ is_confirmed: isConfirmed, confirmed_at: confirmedAt, erased, problem }: Erasure["services"][number], t: TFunction): string {
  if (!isConfirmed) return problem === null ? t("Waiting for its confirmation") : t("Not yet: {{problem}} The next try follows by itself.", { problem });
  const what = countSentence(erased ?? {});
  const fate = what === null ? t("Nothing was there") : t("Erased: {{what}}", { what });
  return confirmedAt === null ? fate : `${fate} · ${t("confirmed {{time}}", { time: exactTime(confirmedAt) })}`;
}

/** What each service says of its part of an erasure. */
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Erasure } from "@/api/shapes";
import classes from "./Erasure.module.css";
import { countSentence, serviceTitle } from "./erasure-words";
import { CircleCheck, Clock } from "./icons";
import { exactTime } from "./times";

export function ErasureParts({ parts }: { parts: Erasure["services"] }) {
  const { t } = useTranslation();
  return (
    <ul className={classes.list} aria-label={t("Confirmations")}>
      {parts.map((part) => (
        <li key={part.service} data-done={part.is_confirmed || undefined}>
          {part.is_confirmed ? <CircleCheck size={18} aria-hidden /> : <Clock size={18} aria-hidden />}
          <strong>{serviceTitle(part.service)}</strong>
          <span>{fateOf(part, t)}</span>
        </li>
      ))}
    </ul>
  );
}

function fateOf({ is_confirmed: isConfirmed, confirmed_at: confirmedAt, erased, problem }: Erasure["services"][number], t: TFunction): string {
  if (!isConfirmed) return problem === null ? t("Waiting for its confirmation") : t("Not yet: {{problem}} The next try follows by itself.", { problem });
  const what = countSentence(erased ?? {});
  const fate = what === null ? t("Nothing was there") : t("Erased: {{what}}", { what });
  return confirmedAt === null ? fate : `${fate} · ${t("confirmed {{time}}", { time: exactTime(confirmedAt) })}`;
}

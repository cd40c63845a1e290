/** Which second factors the person has. */
import { Button, Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Person } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { usePersonFactors } from "../api/person-factors";
import type { Asking } from "../model/asking";
import { factorSentence, hasFactor } from "../model/factor-words";
import { useViewer } from "../model/viewer";
import classes from "./Person.module.css";

export function PersonFactors({ person, onAsk }: { person: Person; onAsk: (asking: Asking) => void }) {
  const { t } = useTranslation();
  const { userId } = useViewer();
  const { data, error, refetch } = usePersonFactors(person.username);
  return (
    <section className={classes.part} aria-labelledby="person-factors">
      <div className={classes.head}>
        <h3 id="person-factors">{t("Second factor")}</h3>
        {/* One's own are in the settings, where a factor has to be shown first. */}
        {data !== undefined && hasFactor(data) && person.id !== userId && (
          <Button variant="default" size="compact-sm" onClick={() => onAsk({ kind: "reset-factors" })}>{t("Reset")}</Button>
        )}
      </div>
      {data === undefined && error === null && <div role="status" aria-label={t("Loading second factors")}><Skeleton height={20} /></div>}
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {data !== undefined && <p className={classes.quiet}>{factorSentence(data)}</p>}
    </section>
  );
}

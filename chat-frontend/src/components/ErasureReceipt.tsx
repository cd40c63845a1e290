/** What became of a deleted person's data: each service confirms its part. */
import { useTranslation } from "react-i18next";
import type { Erasure } from "@/api/shapes";
import classes from "./Erasure.module.css";
import { ErasureParts } from "./ErasureParts";
import { exactTime } from "./times";

export function ErasureReceipt({ erasure }: { erasure: Erasure }) {
  const { t } = useTranslation();
  const isDone = erasure.completed_at !== null;
  return (
    <section aria-label={t("Receipt")}>
      <p role="status" className={classes.outcome}>
        {isDone ? t("Everything is erased. All services have confirmed it.") : t("The account is gone. What the services hold is being erased now…")}
      </p>
      <ErasureParts parts={erasure.services} />
      <dl className={classes.facts}>
        <div><dt>{t("Receipt")}</dt><dd><code>{erasure.id}</code></dd></div>
        <div><dt>{t("Asked for")}</dt><dd>{exactTime(erasure.requested_at)}</dd></div>
        {erasure.completed_at !== null && <div><dt>{t("Completed")}</dt><dd>{exactTime(erasure.completed_at)}</dd></div>}
      </dl>
    </section>
  );
}

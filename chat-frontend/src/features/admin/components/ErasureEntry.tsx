/** One erasure: how far it is, and each service's confirmation behind a fold. Of the person there is the id alone. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";
import type { Erasure } from "@/api/shapes";
import { ErasureParts } from "@/components/ErasureParts";
import { ChevronDown } from "@/components/icons";
import { Tag } from "@/components/Tag";
import { exactTime } from "@/components/times";
import { paths } from "@/config/paths";
import classes from "./Audit.module.css";

export function ErasureEntry({ erasure }: { erasure: Erasure }) {
  const { t } = useTranslation();
  const { id, user_id: userId, is_own_request: isOwn, requested_at: requestedAt, completed_at: completedAt, services } = erasure;
  const confirmed = services.filter((part) => part.is_confirmed).length;
  return (
    <li className={classes.entry}>
      {/* What is not done yet is what one comes to see. */}
      <details open={completedAt === null || undefined}>
        <summary>
          <span className={classes.sentence}>
            <strong>{isOwn ? t("Somebody deleted their own account") : t("An administrator deleted an account")}</strong>
            <span className={classes.note}>{t("{{confirmed, number}} of {{all, number}} services have confirmed", { confirmed, all: services.length })}</span>
          </span>
          <span className={classes.when}>
            <time dateTime={requestedAt}>{exactTime(requestedAt)}</time> <Tag tone={completedAt === null ? "accent" : "good"}>{completedAt === null ? t("Under way") : t("Complete")}</Tag>
          </span>
          <ChevronDown size={16} aria-hidden />
        </summary>
        <div className={classes.fold}>
          <ErasureParts parts={services} />
          <dl className={classes.facts} data-after>
            <div><dt>{t("Person")}</dt><dd>{userId}</dd></div>
            <div><dt>{t("Receipt")}</dt><dd>{id}</dd></div>
            {completedAt !== null && <div><dt>{t("Completed")}</dt><dd>{exactTime(completedAt)}</dd></div>}
          </dl>
          <div className={classes.ways}>
            <Link className={classes.way} to={`${paths.administration}/audit?target=${encodeURIComponent(userId)}`}>{t("What the audit trail says of them")}</Link>
          </div>
        </div>
      </details>
    </li>
  );
}

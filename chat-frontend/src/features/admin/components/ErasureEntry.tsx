/** One erasure: how far it is, and each service's confirmation behind a fold. Of the person there is the id alone. */
import { Link } from "react-router-dom";
import type { Erasure } from "@/api/shapes";
import { ErasureParts } from "@/components/ErasureParts";
import { ChevronDown } from "@/components/icons";
import { Tag } from "@/components/Tag";
import { exactTime } from "@/components/times";
import { paths } from "@/config/paths";
import classes from "./Audit.module.css";

export function ErasureEntry({ erasure }: { erasure: Erasure }) {
  const { id, user_id: userId, is_own_request: isOwn, requested_at: requestedAt, completed_at: completedAt, services } = erasure;
  const confirmed = services.filter((part) => part.is_confirmed).length;
  return (
    <li className={classes.entry}>
      {/* What is not done yet is what one comes to see. */}
      <details open={completedAt === null || undefined}>
        <summary>
          <span className={classes.sentence}>
            <strong>{isOwn ? "Somebody deleted their own account" : "An administrator deleted an account"}</strong>
            <span className={classes.note}>{confirmed} of {services.length} services have confirmed</span>
          </span>
          <span className={classes.when}>
            <time dateTime={requestedAt}>{exactTime(requestedAt)}</time> <Tag tone={completedAt === null ? "accent" : "good"}>{completedAt === null ? "Under way" : "Complete"}</Tag>
          </span>
          <ChevronDown size={16} aria-hidden />
        </summary>
        <div className={classes.fold}>
          <ErasureParts parts={services} />
          <dl className={classes.facts} data-after>
            <div><dt>Person</dt><dd>{userId}</dd></div>
            <div><dt>Receipt</dt><dd>{id}</dd></div>
            {completedAt !== null && <div><dt>Completed</dt><dd>{exactTime(completedAt)}</dd></div>}
          </dl>
          <div className={classes.ways}>
            <Link className={classes.way} to={`${paths.administration}/audit?target=${encodeURIComponent(userId)}`}>What the audit trail says of them</Link>
          </div>
        </div>
      </details>
    </li>
  );
}

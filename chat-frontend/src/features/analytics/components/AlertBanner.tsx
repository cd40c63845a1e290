/** Says above every section that something fires, and where to read on; it is gone when that is resolved. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";
import type { Alert } from "@/api/shapes";
import { Bell } from "@/components/icons";
import { useAlerts } from "../api/alerts";
import { alertText } from "../model/alert-words";
import classes from "./Alerts.module.css";

const MOST_NAMED = 3;

export function AlertBanner({ to }: { to: string }) {
  const { t } = useTranslation();
  const firing = useAlerts().data?.filter(({ state }) => state === "firing") ?? [];
  // It is there from the start, so that screen readers hear when it begins to say something.
  return (
    <div role="status">
      {firing.length > 0 && (
        <p className={classes.banner}>
          <Bell size={18} aria-hidden />
          <Firing alerts={firing} />
          <Link to={to}>{t("See the alerts")}</Link>
        </p>
      )}
    </div>
  );
}

function Firing({ alerts }: { alerts: Alert[] }) {
  const { t } = useTranslation();
  const [first, ...others] = alerts;
  if (first !== undefined && others.length === 0) return <span><strong>{first.rule.name}</strong> {alertText(first)}</span>;
  const names = alerts.slice(0, MOST_NAMED).map(({ rule }) => rule.name).join(", ");
  return <span><strong>{t("{{count, number}} alerts fire", { count: alerts.length })}</strong> {alerts.length > MOST_NAMED ? t("{{names}} and others", { names }) : names}</span>;
}

/** How old the figures are, and the way to newer ones. */
import { Button } from "@mantine/core";
import { t } from "i18next";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { RefreshCw } from "@/components/icons";
import { formatMoment, formatNumber } from "@/i18n/format";
import { useFreshness } from "../hooks/use-freshness";
import type { Scope } from "../model/view";
import classes from "./Frame.module.css";

const dayText = (day: string) => formatMoment(day, { dateStyle: "medium", timeZone: "UTC" });

function daysText({ from, to }: Scope): string {
  return from === to ? dayText(from) : t("{{from}} to {{to}}", { from: dayText(from), to: dayText(to) });
}

/** `scope`: the days that are looked at, where it is days. */
export function Freshness({ scope, children }: { scope?: Scope; children?: ReactNode }) {
  const { t } = useTranslation();
  const { seconds, refresh } = useFreshness();
  return (
    <p className={classes.freshness}>
      {scope !== undefined && <span>{t("{{days}}, {{zone}}", { days: daysText(scope), zone: scope.timezone })}</span>}
      <span>{seconds === null ? t("Loading") : t("updated {{seconds}} s ago", { seconds: formatNumber(seconds) })}</span>
      {children}
      <Button size="compact-sm" variant="subtle" leftSection={<RefreshCw size={14} aria-hidden />} onClick={() => void refresh()}>{t("Refresh")}</Button>
    </p>
  );
}

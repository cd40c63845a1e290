/** What this month has cost, and what it will have if it goes on like that. */
import { Skeleton } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Panel } from "@/components/Panel";
import { formatMoment } from "@/i18n/format";
import { useForecast } from "../api/insights";
import { useOnScreen } from "../hooks/use-on-screen";
import { written } from "../model/units";
import classes from "./Cards.module.css";
import { Kept } from "./Kept";

export function ForecastPanel({ timezone }: { timezone: string }) {
  const { t } = useTranslation();
  const { data, error, refetch, isPlaceholderData } = useForecast(timezone);
  const title = t("This month’s cost");
  useOnScreen(title, data === undefined || isPlaceholderData ? null : {
    head: t("Month"),
    columns: [{ label: t("So far"), unit: "usd" }, { label: t("By its end"), unit: "usd" }, { label: t("Month over"), unit: "share" }],
    rows: [{ key: data.month, name: data.month, values: [data.cost_usd, data.forecast_usd, data.share_over] }],
  });
  return (
    <Panel title={title} lead={t("If the month goes on as it went so far. The chosen range changes nothing of it.")}>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <div role="status" aria-label={t("Loading")}><Skeleton height={70} radius="md" /></div>}
      {data !== undefined && (
        <Kept isStale={isPlaceholderData}>
          <dl className={classes.row}>
            <div><dt>{t("So far")}</dt><dd className={classes.value}>{written(data.cost_usd, "usd")}</dd></div>
            <div><dt>{t("By its end")}</dt><dd className={classes.value}>{written(data.forecast_usd, "usd")}</dd></div>
            <div><dt>{formatMoment(data.month, { month: "long", year: "numeric", timeZone: "UTC" })}</dt><dd className={classes.value}>{t("{{share}} over", { share: written(data.share_over, "share") })}</dd></div>
          </dl>
        </Kept>
      )}
    </Panel>
  );
}

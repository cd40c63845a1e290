/** The figures of the installation, beside the conversation. */
import { ActionIcon, Button, Skeleton } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { X } from "@/components/icons";
import { paths } from "@/config/paths";
import { formatMoment } from "@/i18n/format";
import { useLiveSummary } from "../hooks/use-live-summary";
import { errorRateSentence, figures } from "../model/figures";
import classes from "./AnalyticsPanel.module.css";
import { FigureCard } from "./FigureCard";

export function AnalyticsPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { data: summary, error, isError, dataUpdatedAt, refetch, isLive } = useLiveSummary();
  const freshness = (time: string) => (isLive ? t("Updated {{time}}, as it changes", { time }) : t("Updated {{time}}, every 30 s", { time }));
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    close.current?.focus();
    return () => {
      if (opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <aside className={classes.panel} aria-label={t("Analytics")} onKeyDown={(event) => event.key === "Escape" && onClose()}>
      <header className={classes.head}>
        <h2 className={classes.title}>{t("Analytics")}</h2>
        <ActionIcon ref={close} variant="subtle" color="gray" size="lg" aria-label={t("Close analytics")} onClick={onClose}>
          <X size={20} aria-hidden />
        </ActionIcon>
      </header>
      {isError && <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />}
      <dl className={classes.cards}>
        {figures.map((figure) => (
          <FigureCard key={figure.label} figure={figure}>
            {summary ? figure.read(summary) : isError ? "–" : <Skeleton height={28} width={72} />}
          </FigureCard>
        ))}
      </dl>
      <Button component={Link} to={paths.analytics} variant="default" size="compact-md">{t("All figures")}</Button>
      {summary && (
        <p className={classes.foot}>
          <span>{errorRateSentence(summary)}</span>
          <span>{freshness(formatMoment(dataUpdatedAt, { timeStyle: "medium" }))}</span>
        </p>
      )}
    </aside>
  );
}

/** The figures of the installation: for administrators and managers. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router-dom";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { PageLoader } from "@/components/PageLoader";
import { SectionedPage } from "@/components/SectionedPage";
import { usePageTitle } from "@/components/use-page-title";
import { paths } from "@/config/paths";
import { AlertBanner } from "@/features/analytics/components/AlertBanner";
import { sharedPart } from "@/features/analytics/model/view";
import { useProfile } from "@/features/settings/api/profile";
import { rankOf } from "../roles";
import { allFigureSections, figureSections } from "./analytics-sections";
import classes from "./NotFoundPage.module.css";

export function AnalyticsPage() {
  const { t } = useTranslation();
  const [address] = useSearchParams();
  const { data: profile, error, refetch } = useProfile();
  if (profile === undefined) return error === null ? <PageLoader /> : <main><ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} /></main>;
  const rank = rankOf(profile.roles);
  if (rank === "none") return <Refusal />;
  const kept = sharedPart(address);
  return (
    <SectionedPage title={t("Analytics")} base={paths.analytics} sections={rank === "admin" ? allFigureSections : figureSections} kept={kept} isWide
      notice={<AlertBanner to={`${paths.analytics}/alerts${kept}`} />} />
  );
}

function Refusal() {
  const { t } = useTranslation();
  usePageTitle(t("Not for you to see"));
  return (
    <main className={classes.page}>
      <h1>{t("Not for you to see")}</h1>
      <p>{t("These figures are for administrators and managers. Ask an administrator for the role; your own use is in your settings.")}</p>
      <Button component={Link} to={`${paths.settings}/use`}>{t("See your own use")}</Button>
    </main>
  );
}

/** A chat that is never stored. */
import { useTranslation } from "react-i18next";
import { usePageTitle } from "@/components/use-page-title";
import { TemporaryPane } from "@/features/chat/components/TemporaryPane";

export function TemporaryPage() {
  const { t } = useTranslation();
  usePageTitle(t("Temporary chat"));
  return <TemporaryPane />;
}

/** Everything that a signed-in person sets for themselves. */
import { useTranslation } from "react-i18next";
import { SectionedPage } from "@/components/SectionedPage";
import { paths } from "@/config/paths";
import { settingsSections } from "./settings-sections";

export function SettingsPage() {
  const { t } = useTranslation();
  return <SectionedPage title={t("Settings")} base={paths.settings} sections={settingsSections} />;
}

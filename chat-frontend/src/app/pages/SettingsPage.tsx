/** Everything that a signed-in person sets for themselves. */
import { SectionedPage } from "@/components/SectionedPage";
import { paths } from "@/config/paths";
import { settingsSections } from "./settings-sections";

export function SettingsPage() {
  return <SectionedPage title="Settings" base={paths.settings} sections={settingsSections} />;
}

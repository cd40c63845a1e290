/** Owns what the palette can do besides finding. */
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router-dom";
import { ChartColumn, Keyboard, LogOut, type LucideIcon, MessageCircleDashed, Monitor, Moon, Plus, Settings, Sun, UserCog } from "@/components/icons";
import { paths } from "@/config/paths";
import { useTheme } from "@/features/settings/hooks/use-theme";
import { nameOfKey } from "../shortcuts/shortcuts";

export interface PaletteAction {
  label: string;
  Icon: LucideIcon;
  run: () => void;
  keys?: string;
}

interface Surroundings {
  isStaff: boolean;
  onNewConversation: () => void;
  onShowShortcuts: () => void;
  onSignOut: () => void;
}

export function usePaletteActions({ isStaff, onNewConversation, onShowShortcuts, onSignOut }: Surroundings): PaletteAction[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { theme, choose } = useTheme();
  const themes: PaletteAction[] = [
    { label: t("Light theme"), Icon: Sun, run: () => choose("light") },
    { label: t("Dark theme"), Icon: Moon, run: () => choose("dark") },
    { label: t("The system's theme"), Icon: Monitor, run: () => choose("system") },
  ];
  const staff: PaletteAction[] = [
    { label: t("Analytics"), Icon: ChartColumn, run: () => void navigate(paths.analytics) },
    { label: t("Administration"), Icon: UserCog, run: () => void navigate(paths.administration) },
  ];
  return [
    { label: t("New conversation"), Icon: Plus, run: onNewConversation, keys: `${nameOfKey("mod")} Shift O` },
    { label: t("Temporary chat"), Icon: MessageCircleDashed, run: () => void navigate(paths.temporary) },
    { label: t("Settings"), Icon: Settings, run: () => void navigate(paths.settings) },
    ...(isStaff ? staff : []),
    ...themes.filter((_, index) => ["light", "dark", "system"][index] !== theme),
    { label: t("Keyboard shortcuts"), Icon: Keyboard, run: onShowShortcuts, keys: "?" },
    { label: t("Sign out"), Icon: LogOut, run: onSignOut },
  ];
}

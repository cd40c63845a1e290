/** Who is signed in, the theme, the way to what can be set, and the way out. */
import { ActionIcon, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Link } from "react-router-dom";
import { FloatingMenu } from "@/components/FloatingMenu";
import { ChartColumn, Check, CircleUser, Keyboard, LogOut, Monitor, Moon, Search, Settings, Sun, UserCog } from "@/components/icons";
import { paths } from "@/config/paths";
import { phrase } from "@/i18n/phrase";
import { type Theme, useProfile } from "../api/profile";
import { useTheme } from "../hooks/use-theme";
import classes from "./AccountMenu.module.css";

const themes: { theme: Theme; label: string; Icon: typeof Sun }[] = [
  { theme: "light", label: phrase("Light"), Icon: Sun },
  { theme: "dark", label: phrase("Dark"), Icon: Moon },
  { theme: "system", label: phrase("System"), Icon: Monitor },
];

interface AccountMenuProps {
  username: string;
  /** Administrators and managers, who see the people. */
  isStaff: boolean;
  onFind: () => void;
  onShowShortcuts: () => void;
  onSignOut: () => void;
}

export function AccountMenu({ username, isStaff, onFind, onShowShortcuts, onSignOut }: AccountMenuProps) {
  const { t } = useTranslation();
  const { data: profile } = useProfile();
  const { theme: current, choose } = useTheme();
  return (
    <FloatingMenu width={240}
      target={(
        <ActionIcon variant="subtle" color="gray" size="lg" radius="xl" aria-label={t("Account")}>
          <CircleUser size={22} aria-hidden />
        </ActionIcon>
      )}>
      <div className={classes.person}>
        <strong>{profile?.full_name ?? profile?.username ?? username}</strong>
        {profile && <span>{profile.email}</span>}
      </div>
      <Menu.Divider />
      {themes.map(({ theme, label, Icon }) => (
        <Menu.Item key={theme} leftSection={<Icon size={16} aria-hidden />} onClick={() => choose(theme)}
          aria-current={theme === current || undefined}
          rightSection={theme === current ? <Check size={16} aria-hidden /> : null}>
          {t(label)}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Item component={Link} to={paths.settings} leftSection={<Settings size={16} aria-hidden />}>{t("Settings")}</Menu.Item>
      {isStaff && (
        <Menu.Item component={Link} to={paths.analytics} leftSection={<ChartColumn size={16} aria-hidden />}>{t("Analytics")}</Menu.Item>
      )}
      {isStaff && (
        <Menu.Item component={Link} to={paths.administration} leftSection={<UserCog size={16} aria-hidden />}>{t("Administration")}</Menu.Item>
      )}
      <Menu.Item leftSection={<Search size={16} aria-hidden />} onClick={onFind}>{t("Find and go")}</Menu.Item>
      <Menu.Item leftSection={<Keyboard size={16} aria-hidden />} onClick={onShowShortcuts}>{t("Keyboard shortcuts")}</Menu.Item>
      <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={onSignOut}>{t("Sign out")}</Menu.Item>
    </FloatingMenu>
  );
}

/** Who is signed in, the theme, the password, the devices, and the way out. */
import { ActionIcon, Menu } from "@mantine/core";
import { lazy, Suspense, useRef, useState } from "react";
import { Link } from "react-router-dom";
import { FloatingMenu } from "@/components/FloatingMenu";
import { Check, CircleUser, KeyRound, LogOut, Monitor, MonitorSmartphone, Moon, Settings, Sun } from "@/components/icons";
import { paths } from "@/config/paths";
import { type Theme, useProfile } from "../api/profile";
import { useTheme } from "../hooks/use-theme";
import classes from "./AccountMenu.module.css";

const PasswordDialog = lazy(() => import("./PasswordDialog").then((module) => ({ default: module.PasswordDialog })));
const DevicesDialog = lazy(() => import("./DevicesDialog").then((module) => ({ default: module.DevicesDialog })));

const themes: { theme: Theme; label: string; Icon: typeof Sun }[] = [
  { theme: "light", label: "Light", Icon: Sun },
  { theme: "dark", label: "Dark", Icon: Moon },
  { theme: "system", label: "System", Icon: Monitor },
];

export function AccountMenu({ username, onSignOut }: { username: string; onSignOut: () => void }) {
  const { data: profile } = useProfile();
  const { theme: current, choose } = useTheme();
  const [dialog, setDialog] = useState<"password" | "devices" | null>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const closeDialog = () => {
    setDialog(null);
    opener.current?.focus(); // the menu item that opened the dialog is gone
  };
  return (
    <>
      <FloatingMenu width={240}
        target={(
          <ActionIcon ref={opener} variant="subtle" color="gray" size="lg" radius="xl" aria-label="Account">
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
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<KeyRound size={16} aria-hidden />} onClick={() => setDialog("password")}>Change password</Menu.Item>
        <Menu.Item leftSection={<MonitorSmartphone size={16} aria-hidden />} onClick={() => setDialog("devices")}>Signed-in devices</Menu.Item>
        <Menu.Item component={Link} to={paths.settings} leftSection={<Settings size={16} aria-hidden />}>Settings</Menu.Item>
        <Menu.Item leftSection={<LogOut size={16} aria-hidden />} onClick={onSignOut}>Sign out</Menu.Item>
      </FloatingMenu>
      <Suspense>
        {dialog === "password" && <PasswordDialog onClose={closeDialog} />}
        {dialog === "devices" && <DevicesDialog onClose={closeDialog} onSignOut={onSignOut} />}
      </Suspense>
    </>
  );
}

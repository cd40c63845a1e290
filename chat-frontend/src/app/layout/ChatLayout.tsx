/** The frame around every conversation: sidebar or drawer, the bar's buttons, and the analytics panel. */
import { ActionIcon, Button, Drawer } from "@mantine/core";
import { useDisclosure, useHotkeys, useMediaQuery } from "@mantine/hooks";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Outlet, useMatch, useNavigate } from "react-router-dom";
import type { Session } from "@/api/session";
import { signOut } from "@/api/sign-out";
import { ChartColumn, Menu, Search, X } from "@/components/icons";
import { PageLoader } from "@/components/PageLoader";
import { RenewalNotice } from "./RenewalNotice";
import { FLOATING_ID } from "@/config/floating";
import { conversationRoute, paths } from "@/config/paths";
import { ConversationSidebar } from "@/features/conversations/components/ConversationSidebar";
import { AccountMenu } from "@/features/settings/components/AccountMenu";
import { useProfile } from "@/features/settings/api/profile";
import { rankOf } from "../roles";
import { usePaletteActions } from "../palette/palette-actions";
import { useQuestionMark } from "../shortcuts/use-question-mark";
import classes from "./ChatLayout.module.css";
import { useNewConversation } from "./use-new-conversation";

const AnalyticsPanel = lazy(() =>
  import("@/features/analytics/components/AnalyticsPanel").then((module) => ({ default: module.AnalyticsPanel })),
);
const CommandPalette = lazy(() => import("../palette/CommandPalette").then((module) => ({ default: module.CommandPalette })));
const ShortcutHelp = lazy(() => import("../shortcuts/ShortcutHelp").then((module) => ({ default: module.ShortcutHelp })));

export function ChatLayout({ session }: { session: Session }) {
  const { t } = useTranslation();
  const isWide = useMediaQuery("(min-width: 768px)", undefined, { getInitialValueInEffect: false });
  const [isDrawerOpen, drawer] = useDisclosure(false);
  const [isPanelOpen, panel] = useDisclosure(false);
  const [isHelpOpen, help] = useDisclosure(false);
  useQuestionMark(help.open);
  const { data: profile } = useProfile();
  const isStaff = profile !== undefined && rankOf(profile.roles) !== "none";
  const navigate = useNavigate();
  const match = useMatch(conversationRoute);
  const { begin, isCreating, error } = useNewConversation(drawer.close);
  // Each time that it is asked for counts, also while the last one is still closing.
  const [paletteVisit, setPaletteVisit] = useState(0);
  const openPalette = () => setPaletteVisit((visit) => visit + 1);
  useHotkeys([["mod+K", openPalette], ["mod+shift+O", begin]], []);
  const actions = usePaletteActions({ isStaff, onNewConversation: begin, onShowShortcuts: help.open, onSignOut: () => void signOut() });
  const leaveDeleted = (conversationId: string) => {
    if (match?.params.conversationId === conversationId) void navigate(paths.home);
  };
  const closeButton = isWide ? null : (
    <ActionIcon variant="transparent" className={classes.drawerClose} size="lg" aria-label={t("Close conversations")} onClick={drawer.close}>
      <X size={22} aria-hidden />
    </ActionIcon>
  );
  const sidebar = (
    <ConversationSidebar onCreate={begin} isCreating={isCreating} createError={error} onChosen={drawer.close}
      onDeleted={leaveDeleted} closeButton={closeButton} />
  );
  return (
    <div className={classes.layout}>
      {isWide ? (
        <nav className={classes.sidebar} aria-label={t("Conversation list")}>{sidebar}</nav>
      ) : (
        <Drawer.Root opened={isDrawerOpen} onClose={drawer.close} size={300} padding={0}>
          <Drawer.Overlay />
          <Drawer.Content aria-label={t("Conversation list")}>
            <Drawer.Body className={classes.drawerBody ?? ""}>{sidebar}</Drawer.Body>
          </Drawer.Content>
        </Drawer.Root>
      )}
      <main className={classes.main} data-staff={isStaff || undefined}>
        <div className={classes.bar}>
          {!isWide && (
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("Open conversations")} onClick={drawer.open}>
              <Menu size={22} aria-hidden />
            </ActionIcon>
          )}
          <span className={classes.grow} />
          {isWide && (
            <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("Find and go")} onClick={openPalette}>
              <Search size={20} aria-hidden />
            </ActionIcon>
          )}
          {isStaff && (
            <Button variant="default" size="sm" className={classes.analytics} leftSection={<ChartColumn size={18} aria-hidden />}
              aria-expanded={isPanelOpen} onClick={panel.toggle}>
              {t("Analytics")}
            </Button>
          )}
          <AccountMenu username={session.username} isStaff={isStaff} onFind={openPalette} onShowShortcuts={help.open} onSignOut={() => void signOut()} />
        </div>
        {/* Menus open in here: what floats belongs to a landmark, too. */}
        <div id={FLOATING_ID} />
        <RenewalNotice />
        <Suspense fallback={<PageLoader />}>
          <Outlet context={{ session }} />
        </Suspense>
      </main>
      <Suspense>{paletteVisit > 0 && <CommandPalette actions={actions} visit={paletteVisit} />}</Suspense>
      <Suspense>{isHelpOpen && <ShortcutHelp onClose={help.close} />}</Suspense>
      <Suspense>{isPanelOpen && <AnalyticsPanel onClose={panel.close} />}</Suspense>
    </div>
  );
}

/** One conversation in the list, with what can be done to it. */
import { ActionIcon, Menu } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router-dom";
import type { Conversation } from "@/api/shapes";
import { FloatingMenu } from "@/components/FloatingMenu";
import { Archive, ArchiveRestore, Download, Folder, Link, MoreHorizontal, Pencil, Pin, PinOff, Trash } from "@/components/icons";
import { paths } from "@/config/paths";
import { activityTime } from "../model/times";
import classes from "./ConversationSidebar.module.css";

interface ConversationTileProps {
  conversation: Conversation;
  onChosen: () => void;
  onRename: (conversation: Conversation) => void;
  onArchive: (conversation: Conversation) => void;
  onExport: (conversation: Conversation) => void;
  onPin: (conversation: Conversation) => void;
  onLabel: (conversation: Conversation) => void;
  onShare: (conversation: Conversation) => void;
  onDelete: (conversation: Conversation) => void;
}

export function ConversationTile({ conversation, onChosen, ...actions }: ConversationTileProps) {
  const { t } = useTranslation();
  const { id, title, archived, pinned, folder, tags, last_message_at, created_at } = conversation;
  return (
    <li className={classes.tile}>
      <NavLink to={paths.conversation(id)} className={classes.tileLink} onClick={onChosen}>
        <span className={classes.tileTitle} title={title}>{title}</span>
        {(folder !== null || tags.length > 0) && <span className={classes.tileTime}>{[folder, ...tags.map((tag) => `#${tag}`)].filter(Boolean).join(" · ")}</span>}
        <span className={classes.tileTime}>{pinned && <Pin size={12} aria-label={t("Pinned")} />} {activityTime(last_message_at ?? created_at)}</span>
      </NavLink>
      <FloatingMenu
        target={(
          <ActionIcon variant="transparent" className={classes.tileMenu} aria-label={t("Actions for {{title}}", { title })} data-actions-of={id}>
            <MoreHorizontal size={18} aria-hidden />
          </ActionIcon>
        )}>
        <Menu.Item leftSection={<Pencil size={16} aria-hidden />} onClick={() => actions.onRename(conversation)}>{t("Rename")}</Menu.Item>
        <Menu.Item leftSection={pinned ? <PinOff size={16} aria-hidden /> : <Pin size={16} aria-hidden />} onClick={() => actions.onPin(conversation)}>
          {pinned ? t("Unpin") : t("Pin")}
        </Menu.Item>
        <Menu.Item leftSection={<Folder size={16} aria-hidden />} onClick={() => actions.onLabel(conversation)}>{t("Folder and tags…")}</Menu.Item>
        <Menu.Item leftSection={archived ? <ArchiveRestore size={16} aria-hidden /> : <Archive size={16} aria-hidden />}
          onClick={() => actions.onArchive(conversation)}>
          {archived ? t("Restore") : t("Archive")}
        </Menu.Item>
        <Menu.Item leftSection={<Link size={16} aria-hidden />} onClick={() => actions.onShare(conversation)}>{t("Share…")}</Menu.Item>
        <Menu.Item leftSection={<Download size={16} aria-hidden />} onClick={() => actions.onExport(conversation)}>{t("Export…")}</Menu.Item>
        <Menu.Item leftSection={<Trash size={16} aria-hidden />} className={classes.delete ?? ""} onClick={() => actions.onDelete(conversation)}>{t("Delete")}</Menu.Item>
      </FloatingMenu>
    </li>
  );
}

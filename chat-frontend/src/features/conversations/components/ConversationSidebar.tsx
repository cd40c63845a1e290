/** The list of conversations with search, and the dialogs that change them. */
import { Button, TextInput, UnstyledButton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { lazy, type ReactNode, Suspense, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { NavLink } from "react-router-dom";
import { sentenceOf } from "@/api/problem";
import type { Conversation } from "@/api/shapes";
import { Archive, MessageCircleDashed, MessagesSquare, Plus, Search } from "@/components/icons";
import { paths } from "@/config/paths";
import { useChangeConversation } from "../api/conversations";
import { useFocusBack } from "../hooks/use-focus-back";
import { ConversationList } from "./ConversationList";
import { everything } from "../model/label-choice";
import { LabelChoiceSelect } from "./LabelChoiceSelect";
import classes from "./ConversationSidebar.module.css";

const RenameDialog = lazy(() => import("./RenameDialog").then((module) => ({ default: module.RenameDialog })));
const LabelsDialog = lazy(() => import("./LabelsDialog").then((module) => ({ default: module.LabelsDialog })));
const ShareDialog = lazy(() => import("./ShareDialog").then((module) => ({ default: module.ShareDialog })));
const ExportDialog = lazy(() => import("./ExportDialog").then((module) => ({ default: module.ExportDialog })));
const DeleteDialog = lazy(() => import("./DeleteDialog").then((module) => ({ default: module.DeleteDialog })));

interface ConversationSidebarProps {
  onCreate: () => void;
  isCreating: boolean;
  /** Why the last attempt to begin a conversation failed. */
  createError: string | null;
  onChosen: () => void;
  onDeleted: (conversationId: string) => void;
  closeButton?: ReactNode;
}

type Dialog = { kind: "rename" | "label" | "share" | "export" | "delete"; conversation: Conversation } | null;

export function ConversationSidebar(props: ConversationSidebarProps) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [soughtText] = useDebouncedValue(text.trim(), 250);
  const [isArchived, setIsArchived] = useState(false);
  const [label, setLabel] = useState(everything);
  const [dialog, setDialog] = useState<Dialog>(null);
  const change = useChangeConversation();
  const problem = props.createError ?? (change.isError ? sentenceOf(change.error) : null);
  const close = () => setDialog(null);
  const createButton = useRef<HTMLButtonElement>(null);
  useFocusBack(dialog?.conversation.id ?? null, createButton);
  return (
    <div className={classes.sidebar}>
      <div className={classes.head}>
        <span className={classes.brand}><MessagesSquare size={22} aria-hidden /> ConvoAI</span>
        {props.closeButton}
      </div>
      <Button ref={createButton} variant="white" color="dark" fullWidth leftSection={<Plus size={18} aria-hidden />} loading={props.isCreating}
        onClick={props.onCreate} className={classes.create}>
        {t("New conversation")}
      </Button>
      <NavLink to={paths.temporary} className={classes.temporary ?? ""} onClick={props.onChosen}>
        <MessageCircleDashed size={16} aria-hidden /> {t("Temporary chat")}
      </NavLink>
      <TextInput aria-label={t("Search conversations")} placeholder={t("Search conversations")} type="search" value={text}
        leftSection={<Search size={16} aria-hidden />} classNames={{ input: classes.search ?? "", section: classes.searchIcon ?? "" }}
        onChange={(event) => setText(event.currentTarget.value)} />
      <LabelChoiceSelect choice={label} isArchived={isArchived} onChoose={setLabel} />
      {problem !== null && <div className={classes.trouble} role="alert">{problem}</div>}
      <ConversationList filter={{ text: soughtText, isArchived, label }} onChosen={props.onChosen}
        onRename={(conversation) => setDialog({ kind: "rename", conversation })}
        onArchive={({ id, archived }) => change.mutate({ id, change: { archived: !archived } })}
        onPin={({ id, pinned }) => change.mutate({ id, change: { pinned: !pinned } })}
        onLabel={(conversation) => setDialog({ kind: "label", conversation })}
        onShare={(conversation) => setDialog({ kind: "share", conversation })}
        onExport={(conversation) => setDialog({ kind: "export", conversation })}
        onDelete={(conversation) => setDialog({ kind: "delete", conversation })} />
      <UnstyledButton className={classes.archiveToggle} aria-pressed={isArchived} onClick={() => setIsArchived(!isArchived)}>
        <Archive size={16} aria-hidden /> {isArchived ? t("Showing archived") : t("Show archived")}
      </UnstyledButton>
      <Suspense>
        {dialog?.kind === "rename" && <RenameDialog conversation={dialog.conversation} onClose={close} />}
        {dialog?.kind === "label" && <LabelsDialog conversation={dialog.conversation} onClose={close} />}
        {dialog?.kind === "share" && <ShareDialog conversation={dialog.conversation} onClose={close} />}
        {dialog?.kind === "export" && <ExportDialog conversation={dialog.conversation} onClose={close} />}
        {dialog?.kind === "delete" && (
          <DeleteDialog conversation={dialog.conversation} onClose={close} onDeleted={props.onDeleted} />
        )}
      </Suspense>
    </div>
  );
}

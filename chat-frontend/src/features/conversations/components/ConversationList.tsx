/** The conversations that match, newest activity first. */
import { Button, Loader } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Conversation } from "@/api/shapes";
import { type ConversationFilter, useConversations } from "../api/conversations";
import classes from "./ConversationSidebar.module.css";
import { everything } from "../model/label-choice";
import { ConversationTile } from "./ConversationTile";

interface ConversationListProps {
  filter: ConversationFilter;
  onChosen: () => void;
  onRename: (conversation: Conversation) => void;
  onArchive: (conversation: Conversation) => void;
  onExport: (conversation: Conversation) => void;
  onPin: (conversation: Conversation) => void;
  onLabel: (conversation: Conversation) => void;
  onShare: (conversation: Conversation) => void;
  onDelete: (conversation: Conversation) => void;
}

function emptySentence({ text, isArchived, label = everything }: ConversationFilter, t: TFunction): string {
  if (text) return t("No conversation has this in its title.");
  if (label.kind !== "all") return t("Nothing is here.");
  return isArchived ? t("Nothing is archived.") : t("No conversations yet. Begin one above.");
}

export function ConversationList({ filter, ...actions }: ConversationListProps) {
  const { t } = useTranslation();
  const list = useConversations(filter);
  const listed = list.data?.pages.flatMap((page) => page.conversations) ?? [];
  // Where all are listed, the pinned ones come first, however long ago their last message was.
  const isEverything = (filter.label ?? everything).kind === "all" && filter.text === "";
  const pinned = useConversations({ ...filter, text: "", label: { kind: "pinned" } }).data?.pages[0]?.conversations ?? [];
  const conversations = isEverything ? [...pinned, ...listed.filter(({ id }) => !pinned.some((one) => one.id === id))] : listed;
  return (
    <div className={classes.scroll}>
      {list.isError && (
        <div className={classes.trouble} role="alert">
          <span>{sentenceOf(list.error)}</span>
          <Button size="compact-sm" variant="white" color="dark" onClick={() => void list.refetch()}>{t("Try again")}</Button>
        </div>
      )}
      {list.isPending && <Loader color="white" size="sm" className={classes.loader} role="status" aria-label={t("Loading conversations")} />}
      <ul className={classes.list} aria-label={t("Conversations")}>
        {conversations.map((conversation) => (
          <ConversationTile key={conversation.id} conversation={conversation} {...actions} />
        ))}
      </ul>
      {list.isSuccess && conversations.length === 0 && <p className={classes.empty}>{emptySentence(filter, t)}</p>}
      {list.hasNextPage && (
        <Button variant="white" color="dark" size="compact-sm" fullWidth loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}>
          {t("Show more")}
        </Button>
      )}
    </div>
  );
}

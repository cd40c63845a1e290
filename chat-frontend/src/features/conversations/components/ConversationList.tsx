/** The conversations that match, newest activity first. */
import { Button, Loader } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Conversation } from "@/api/shapes";
import { type ConversationFilter, useConversations } from "../api/conversations";
import classes from "./ConversationSidebar.module.css";
import { ConversationTile } from "./ConversationTile";

interface ConversationListProps {
  filter: ConversationFilter;
  onChosen: () => void;
  onRename: (conversation: Conversation) => void;
  onArchive: (conversation: Conversation) => void;
  onExport: (conversation: Conversation) => void;
  onShare: (conversation: Conversation) => void;
  onDelete: (conversation: Conversation) => void;
}

function emptySentence({ text, isArchived }: ConversationFilter, t: TFunction): string {
  if (text) return t("No conversation has this in its title.");
  return isArchived ? t("Nothing is archived.") : t("No conversations yet. Begin one above.");
}

export function ConversationList({ filter, ...actions }: ConversationListProps) {
  const { t } = useTranslation();
  const list = useConversations(filter);
  const conversations = list.data?.pages.flatMap((page) => page.conversations) ?? [];
  return (
    <div className={classes.scroll}>
      {list.isError && (
        <div className={classes.trouble} role="alert">
          <span>{sentenceOf(list.error)}</span>
          <Button size="compact-sm" variant="white" color="dark" onClick={() => void list.refetch()}>{t("Try again")}</Button>
        </div>
      )}
      {list.isPending && <Loader color="white" size="sm" className={classes.loader} aria-label={t("Loading conversations")} />}
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

/** The conversations that match, newest activity first. */
import { Button, Loader } from "@mantine/core";
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
  onDelete: (conversation: Conversation) => void;
}

function emptySentence({ text, isArchived }: ConversationFilter): string {
  if (text) return "No conversation has this in its title.";
  return isArchived ? "Nothing is archived." : "No conversations yet. Begin one above.";
}

export function ConversationList({ filter, ...actions }: ConversationListProps) {
  const list = useConversations(filter);
  const conversations = list.data?.pages.flatMap((page) => page.conversations) ?? [];
  return (
    <div className={classes.scroll}>
      {list.isError && (
        <div className={classes.trouble} role="alert">
          <span>{sentenceOf(list.error)}</span>
          <Button size="compact-sm" variant="white" color="dark" onClick={() => void list.refetch()}>Try again</Button>
        </div>
      )}
      {list.isPending && <Loader color="white" size="sm" className={classes.loader} aria-label="Loading conversations" />}
      <ul className={classes.list} aria-label="Conversations">
        {conversations.map((conversation) => (
          <ConversationTile key={conversation.id} conversation={conversation} {...actions} />
        ))}
      </ul>
      {list.isSuccess && conversations.length === 0 && <p className={classes.empty}>{emptySentence(filter)}</p>}
      {list.hasNextPage && (
        <Button variant="white" color="dark" size="compact-sm" fullWidth loading={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}>
          Show more
        </Button>
      )}
    </div>
  );
}

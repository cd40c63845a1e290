/** Finds conversations by title and messages by their words, and does what the page can do: all by keys. */
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import "@mantine/core/styles/ScrollArea.css";
import "@mantine/spotlight/styles.css";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router-dom";
import { sentenceOf } from "@/api/problem";
import { MessageCircle, Search } from "@/components/icons";
import { paths } from "@/config/paths";
import { useConversations } from "@/features/conversations/api/conversations";
import { useFoundMessages } from "@/features/conversations/api/search";
import classes from "./CommandPalette.module.css";
import { FoundMessage } from "./FoundMessage";
import type { PaletteAction } from "./palette-actions";

const MOST_CONVERSATIONS = 6;
const SETTLE_MS = 200;
const [store, palette] = createSpotlight();

interface CommandPaletteProps {
  actions: PaletteAction[];
  /** It opens with each new number. */
  visit: number;
}

export function CommandPalette({ actions, visit }: CommandPaletteProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [query, setQuery] = useState("");
  const [words] = useDebouncedValue(query.trim(), SETTLE_MS);
  const list = useConversations({ text: words, isArchived: false });
  const found = useFoundMessages(words);
  // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the visit is what there is to open for
  useEffect(() => palette.open(), [visit]);
  useEffect(() => () => palette.close(), []);
  // At once, so that Enter never chooses what was there for fewer letters.
  const fits = (text: string) => text.toLocaleLowerCase().includes(query.trim().toLocaleLowerCase());
  const conversations = (list.data?.pages[0]?.conversations ?? []).filter(({ title }) => fits(title)).slice(0, MOST_CONVERSATIONS);
  const messages = words === "" || query.trim() !== words ? [] : (found.data ?? []);
  const offered = actions.filter(({ label }) => fits(label));
  const isSearching = query.trim() !== words || list.isFetching || found.isFetching;
  const isEmpty = conversations.length + messages.length + offered.length === 0;
  return (
    <Spotlight.Root store={store} query={query} onQueryChange={setQuery} shortcut={null} scrollable maxHeight="min(60vh, 520px)"
      title={t("Find and go")} className={classes.palette} transitionProps={{ duration: 0 }} size={620}>
      <Spotlight.Search leftSection={<Search size={18} aria-hidden />} aria-label={t("Search conversations, messages and actions")}
        placeholder={t("Search conversations, messages and actions")} />
      <Spotlight.ActionsList>
        {offered.length > 0 && (
          <Spotlight.ActionsGroup label={t("Actions")}>
            {offered.map(({ label, Icon, run, keys }) => (
              <Spotlight.Action key={label} label={label} leftSection={<Icon size={18} aria-hidden />} onClick={run}
                rightSection={keys === undefined ? null : <kbd className={classes.keys}>{keys}</kbd>} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {conversations.length > 0 && (
          <Spotlight.ActionsGroup label={words === "" ? t("Newest conversations") : t("Conversations")}>
            {conversations.map(({ id, title }) => (
              <Spotlight.Action key={id} label={title} leftSection={<MessageCircle size={18} aria-hidden />} onClick={() => void navigate(paths.conversation(id))} />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {messages.length > 0 && (
          <Spotlight.ActionsGroup label={t("Messages")}>
            {messages.map((message) => (
              <Spotlight.Action key={message.message_id} onClick={() => void navigate(paths.message(message.conversation_id, message.message_id))}>
                <FoundMessage message={message} />
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        )}
        {isEmpty && <Spotlight.Empty>{isSearching ? t("Searching…") : t("Nothing has these words.")}</Spotlight.Empty>}
      </Spotlight.ActionsList>
      {found.isError && <p role="alert" className={classes.trouble}>{sentenceOf(found.error)}</p>}
    </Spotlight.Root>
  );
}

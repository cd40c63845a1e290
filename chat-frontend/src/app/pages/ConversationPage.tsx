/** One conversation, by its address. */
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useLocation, useParams, useSearchParams } from "react-router-dom";
import { usePageTitle } from "@/components/use-page-title";
import { ChatPane } from "@/features/chat/components/ChatPane";
import { useChangeConversation, useConversation, useRefreshConversations } from "@/features/conversations/api/conversations";
import { PersonaMenu } from "@/features/personas/components/PersonaMenu";
import { useChatContext } from "../layout/chat-context";

export function ConversationPage() {
  const { t } = useTranslation();
  const { conversationId = "" } = useParams();
  const { session } = useChatContext();
  const { key: visit } = useLocation();
  const messageId = useSearchParams()[0].get("message");
  const { data: conversation } = useConversation(conversationId);
  const change = useChangeConversation();
  const refresh = useRefreshConversations();
  const onActivity = useCallback(() => void refresh(), [refresh]);
  usePageTitle(conversation?.title ?? t("Conversation"));
  return (
    <ChatPane key={conversationId} conversationId={conversationId} conversation={conversation} session={session} sought={messageId === null ? null : { messageId, visit }}
      onActivity={onActivity} onModelChosen={(model) => change.mutate({ id: conversationId, change: { model } })}
      personas={conversation && (
        <PersonaMenu chosen={conversation.persona_id} chosenName={conversation.persona_name}
          onChoose={(persona_id) => change.mutate({ id: conversationId, change: { persona_id } })} />
      )} />
  );
}

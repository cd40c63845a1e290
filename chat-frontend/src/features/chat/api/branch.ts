/** Chooses which branch of a conversation is shown. */
import { call, chatClient } from "@/api/clients";

/** Show the branch with this message, to its newest end; every open page is told over its socket. Raises: ApiError. */
export function showBranch(conversationId: string, messageId: string) {
  return call("chat", () =>
    chatClient.PUT("/conversations/{conversation_id}/branch", {
      params: { path: { conversation_id: conversationId } },
      body: { message_id: messageId },
    }),
  );
}

/** Loads the messages of a conversation, page by page from the newest back. */
import { callWithResponse, chatClient } from "@/api/clients";
import { nextCursor } from "@/api/pagination";
import type { HistoryPage } from "@/realtime/conversation-session";

const PAGE_SIZE = 50;

/** One page, oldest first: the newest, or the one at `cursor`. */
export async function loadHistoryPage(conversationId: string, cursor: string | null): Promise<HistoryPage> {
  const { data, response } = await callWithResponse("chat", () =>
    chatClient.GET("/conversations/{conversation_id}/messages", {
      params: {
        path: { conversation_id: conversationId },
        query: { order: "desc", limit: PAGE_SIZE, ...(cursor === null ? {} : { cursor }) },
      },
    }),
  );
  return { messages: data.toReversed(), olderCursor: nextCursor(response) };
}

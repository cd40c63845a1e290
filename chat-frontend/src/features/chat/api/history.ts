/** Loads the messages of a conversation, page by page from the newest back. */
import { callWithResponse, chatClient } from "@/api/clients";
import { nextCursor } from "@/api/pagination";
import type { HistoryPage } from "@/realtime/conversation-session";

const PAGE_SIZE = 50;
// Who goes back goes on: fewer and larger pages.
const OLDER_PAGE_SIZE = 200;

/** One page, oldest first: the newest, or the one at `cursor`. */
export async function loadHistoryPage(conversationId: string, cursor: string | null): Promise<HistoryPage> {
  const { data, response } = await callWithResponse("chat", () =>
    chatClient.GET("/conversations/{conversation_id}/messages", {
      params: {
        path: { conversation_id: conversationId },
        query: { order: "desc", limit: cursor === null ? PAGE_SIZE : OLDER_PAGE_SIZE, ...(cursor === null ? {} : { cursor }) },
      },
    }),
  );
  return { messages: data.toReversed(), olderCursor: nextCursor(response) };
}

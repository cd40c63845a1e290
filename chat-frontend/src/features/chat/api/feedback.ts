/** Says what the person thinks of an answer, and takes it back. */
import { call, chatClient } from "@/api/clients";
import type { Feedback } from "@/api/shapes";

/** Keep the feedback in the place of what was said before, or forget it; every open page is told. Raises: ApiError. */
export async function giveFeedback(conversationId: string, messageId: string, feedback: Feedback | null): Promise<Feedback | null> {
  const params = { path: { conversation_id: conversationId, message_id: messageId } };
  const url = "/conversations/{conversation_id}/messages/{message_id}/feedback";
  const message = await call("chat", () =>
    feedback === null ? chatClient.DELETE(url, { params }) : chatClient.PUT(url, { params, body: feedback }),
  );
  return message.feedback;
}

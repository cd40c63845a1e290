/** Takes one conversation along as a file. */
import { useMutation } from "@tanstack/react-query";
import { t } from "i18next";
import { call, chatClient } from "@/api/clients";
import { fetchWithoutTimeLimit } from "@/api/outcome";
import { ApiError } from "@/api/problem";
import { saveFile } from "@/api/save-file";
import type { Conversation } from "@/api/shapes";
import { fileNameOf } from "../model/file-name";

export type ExportFormat = "markdown" | "html" | "json";

const ENDING_BYTES = 200;
// How the service ends each form of a document that broke off.
const BROKEN_OFF = /"is_complete":false\}$|\*\*The export broke off[^*]*\*\*\n$|<strong>The export broke off[^<]*<\/strong><\/p>\n<\/body>\n<\/html>\n$/;

/** Raises: ApiError when there is none, or it broke off. */
async function load(id: string, format: ExportFormat): Promise<Blob> {
  const document: Blob = await call("chat", () =>
    chatClient.GET("/conversations/{conversation_id}/export", {
      params: { path: { conversation_id: id }, query: { format } },
      parseAs: "blob",
      fetch: fetchWithoutTimeLimit,
    }),
  );
  if (!BROKEN_OFF.test(await document.slice(-ENDING_BYTES).text())) return document;
  throw new ApiError(t("The export broke off before its end. Try again in a moment."), "export_incomplete", 200);
}

/** Loads, and hands the file to the browser under the conversation's name. */
export function useConversationExport() {
  return useMutation({
    mutationFn: async ({ conversation, format }: { conversation: Conversation; format: ExportFormat }) =>
      saveFile(await load(conversation.id, format), fileNameOf(conversation.title, format)),
  });
}

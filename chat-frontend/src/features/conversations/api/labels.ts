/** Reads the folders and tags that the caller has given to their conversations. */
import { useQuery } from "@tanstack/react-query";
import { call, chatClient } from "@/api/clients";

/** Part of what is read anew whenever conversations change. */
export function useLabels(isArchived: boolean) {
  return useQuery({
    queryKey: ["conversations", "labels", isArchived],
    queryFn: () => call("chat", () => chatClient.GET("/conversations/labels", { params: { query: { archived: isArchived } } })),
  });
}

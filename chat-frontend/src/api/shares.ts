/** Links to conversations: given out, taken back, listed, and read by whoever has one. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, callWithResponse, chatClient } from "./clients";
import { nextCursor } from "./pagination";
import { isNotFound } from "./problem";
import type { Share } from "./shapes";

const allShares = ["shares"] as const;
const SHARE = "/conversations/{conversation_id}/share";
const params = (conversationId: string) => ({ path: { conversation_id: conversationId } });

/** The conversation's link; null when it is not shared. */
export function useShare(conversationId: string) {
  return useQuery({
    queryKey: [...allShares, "one", conversationId],
    queryFn: async (): Promise<Share | null> => {
      try {
        return await call("chat", () => chatClient.GET(SHARE, { params: params(conversationId) }));
      } catch (error) {
        if (isNotFound(error)) return null;
        throw error;
      }
    },
  });
}

/** Takes a snapshot, under a new link or the one that there is. */
export function useShareConversation(conversationId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (authorName: string | null) =>
      call("chat", () => chatClient.PUT(SHARE, { params: params(conversationId), body: { author_name: authorName } })),
    onSuccess: (share) => {
      client.setQueryData([...allShares, "one", conversationId], share);
      return client.invalidateQueries({ queryKey: [...allShares, "list"] });
    },
  });
}

export function useWithdrawShare() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (conversationId: string) => call("chat", () => chatClient.DELETE(SHARE, { params: params(conversationId) })),
    onSettled: () => client.invalidateQueries({ queryKey: allShares }),
  });
}

export function useShares() {
  return useInfiniteQuery({
    queryKey: [...allShares, "list"],
    queryFn: async ({ pageParam }) => {
      const { data, response } = await callWithResponse("chat", () =>
        chatClient.GET("/shares", { params: { query: pageParam === null ? {} : { cursor: pageParam } } }),
      );
      return { shares: data, next: nextCursor(response) };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

/** What is behind a link, for everybody. */
export function useShared(token: string) {
  return useQuery({
    queryKey: [...allShares, "shared", token],
    queryFn: () => call("chat", () => chatClient.GET("/shared/{token}", { params: { path: { token } } })),
    retry: false,
  });
}

/** Reads and deletes the API keys of somebody else. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { authClient, call, callWithResponse } from "@/api/clients";
import { nextCursor } from "@/api/pagination";

const keyOf = (username: string) => ["person-api-keys", username] as const;

async function loadPage(username: string, cursor: string | null) {
  const query = { limit: 10, ...(cursor === null ? {} : { cursor }) };
  const { data, response } = await callWithResponse("auth", () =>
    authClient.GET("/users/{username}/api-keys", { params: { path: { username }, query } }),
  );
  return { apiKeys: data, next: nextCursor(response) };
}

export function usePersonApiKeys(username: string) {
  return useInfiniteQuery({
    queryKey: keyOf(username),
    queryFn: ({ pageParam }) => loadPage(username, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
}

export function useDeletePersonApiKey(username: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) =>
      call("auth", () => authClient.DELETE("/users/{username}/api-keys/{key_id}", { params: { path: { username, key_id: id } } })),
    // Also after a refusal: its owner may have deleted it meanwhile.
    onSettled: () => client.invalidateQueries({ queryKey: keyOf(username) }),
  });
}

/** Reads, makes, renames and deletes the signed-in person's own API keys. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { authClient, call, callWithResponse } from "@/api/clients";
import { nextCursor } from "@/api/pagination";
import type { ApiKeyScope } from "@/api/shapes";

export interface ApiKeyOrder {
  name: string;
  scopes: ApiKeyScope[];
  expires_at: string | null;
}

const apiKeysKey = ["api-keys"] as const;

async function loadPage(cursor: string | null) {
  const { data, response } = await callWithResponse("auth", () =>
    authClient.GET("/api-keys/", { params: { query: cursor === null ? {} : { cursor } } }),
  );
  return { apiKeys: data, next: nextCursor(response) };
}

export function useApiKeys() {
  return useInfiniteQuery({
    queryKey: apiKeysKey,
    queryFn: ({ pageParam }) => loadPage(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
}

function useRefreshApiKeys() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: apiKeysKey, refetchType: "all" });
}

export function useCreateApiKey() {
  const refresh = useRefreshApiKeys();
  return useMutation({
    // Repeating an attempt whose answer was lost gives the same key.
    mutationFn: ({ order, idempotencyKey }: { order: ApiKeyOrder; idempotencyKey: string }) =>
      call("auth", () =>
        authClient.POST("/api-keys/", { body: order, params: { header: { "Idempotency-Key": idempotencyKey } } }),
      ),
    gcTime: 0, // the key is kept no longer than it is shown
    onSuccess: refresh,
  });
}

export function useRenameApiKey() {
  const refresh = useRefreshApiKeys();
  return useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) =>
      call("auth", () => authClient.PATCH("/api-keys/{key_id}", { params: { path: { key_id: id } }, body: { name } })),
    // Also after a refusal: what is shown may have been deleted elsewhere.
    onSettled: refresh,
  });
}

export function useDeleteApiKey() {
  const refresh = useRefreshApiKeys();
  return useMutation({
    mutationFn: (id: string) =>
      call("auth", () => authClient.DELETE("/api-keys/{key_id}", { params: { path: { key_id: id } } })),
    onSettled: refresh,
  });
}

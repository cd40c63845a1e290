/** Deletes people, and follows what becomes of their data. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { authClient, call, callWithResponse } from "@/api/clients";
import { nextCursor } from "@/api/pagination";

const AGAIN_MS = 1_500;
const LIST_AGAIN_MS = 5_000;

export function useErasurePlan(username: string) {
  return useQuery({
    queryKey: ["erasure-plan", username],
    queryFn: () => call("auth", () => authClient.GET("/users/{username}/erasure-preview", { params: { path: { username } } })),
    staleTime: 0,
  });
}

export function useDeletePerson(username: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("auth", () => authClient.DELETE("/users/{username}", { params: { path: { username } } })),
    // What is shown of the person stays until the receipt was read.
    onSuccess: () => client.invalidateQueries({ queryKey: ["people", "list"] }),
  });
}

/** Asked for again until every service has confirmed its part. */
export function useErasure(erasureId: string) {
  return useQuery({
    queryKey: ["erasure", erasureId],
    queryFn: () => call("auth", () => authClient.GET("/erasures/{erasure_id}", { params: { path: { erasure_id: erasureId } } })),
    refetchInterval: ({ state }) => (state.data?.completed_at === null ? AGAIN_MS : false),
  });
}

async function loadPage(cursor: string | null) {
  const query = { limit: 25, ...(cursor === null ? {} : { cursor }) };
  const { data, response } = await callWithResponse("auth", () => authClient.GET("/erasures/", { params: { query } }));
  return { erasures: data, next: nextCursor(response) };
}

/** Every erasure, the newest first; asked for again while one of them is under way. */
export function useErasures() {
  return useInfiniteQuery({
    queryKey: ["erasures"],
    queryFn: ({ pageParam }) => loadPage(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data?.pages.some((page) => page.erasures.some((one) => one.completed_at === null)) ? LIST_AGAIN_MS : false),
  });
}

/** Reads and ends the sign-ins of somebody else. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { authClient, call, callWithResponse } from "@/api/clients";
import { nextCursor } from "@/api/pagination";

export const personSignInsKey = (username: string) => ["person-sign-ins", username] as const;

async function loadPage(username: string, cursor: string | null) {
  const query = { limit: 10, ...(cursor === null ? {} : { cursor }) };
  const { data, response } = await callWithResponse("auth", () =>
    authClient.GET("/users/{username}/sessions", { params: { path: { username }, query } }),
  );
  return { signIns: data, next: nextCursor(response) };
}

export function usePersonSignIns(username: string) {
  return useInfiniteQuery({
    queryKey: personSignInsKey(username),
    queryFn: ({ pageParam }) => loadPage(username, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
}

/** Ends one sign-in by its id, or every one. */
export function useEndPersonSignIns(username: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (which: { id: string } | "all") =>
      call("auth", () =>
        which === "all"
          ? authClient.DELETE("/users/{username}/sessions", { params: { path: { username } } })
          : authClient.DELETE("/users/{username}/sessions/{session_id}", { params: { path: { username, session_id: which.id } } }),
      ),
    // Also after a refusal: what is shown may have ended by itself.
    onSettled: () => client.invalidateQueries({ queryKey: personSignInsKey(username) }),
  });
}

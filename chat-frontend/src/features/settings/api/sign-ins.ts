/** Reads and ends the signed-in person's own sign-ins. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { authClient, call, callWithResponse } from "@/api/clients";
import { nextCursor } from "@/api/pagination";

const signInsKey = ["sign-ins"] as const;

async function loadPage(cursor: string | null) {
  const { data, response } = await callWithResponse("auth", () =>
    authClient.GET("/auth/sessions", { params: { query: cursor === null ? {} : { cursor } } }),
  );
  return { signIns: data, next: nextCursor(response) };
}

export function useSignIns() {
  return useInfiniteQuery({
    queryKey: signInsKey,
    queryFn: ({ pageParam }) => loadPage(pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });
}

/** Ends one sign-in by its id, or with `others` every one but this. */
export function useEndSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (which: { id: string } | "others") =>
      call("auth", () =>
        which === "others"
          ? authClient.DELETE("/auth/sessions", { params: { query: { except_current: true } } })
          : authClient.DELETE("/auth/sessions/{session_id}", { params: { path: { session_id: which.id } } }),
      ),
    // Also after a refusal: what is shown may have ended elsewhere. The question stays until the list is new.
    onSettled: () => client.invalidateQueries({ queryKey: signInsKey, refetchType: "all" }),
  });
}

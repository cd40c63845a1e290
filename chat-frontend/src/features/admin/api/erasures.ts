/** Deletes people, and follows what becomes of their data. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";

const AGAIN_MS = 1_500;

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

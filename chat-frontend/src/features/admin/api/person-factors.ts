/** Reads which second factors somebody else has, and takes them away. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";
import { personSignInsKey } from "./person-sign-ins";

const keyOf = (username: string) => ["person-factors", username] as const;

export function usePersonFactors(username: string) {
  return useQuery({
    queryKey: keyOf(username),
    queryFn: () => call("auth", () => authClient.GET("/users/{username}/factors", { params: { path: { username } } })),
    staleTime: 0,
  });
}

export function useResetPersonFactors(username: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("auth", () => authClient.DELETE("/users/{username}/factors", { params: { path: { username } } })),
    // It ends their sign-ins, too.
    onSettled: () =>
      Promise.all([client.invalidateQueries({ queryKey: keyOf(username) }), client.invalidateQueries({ queryKey: personSignInsKey(username) })]),
  });
}

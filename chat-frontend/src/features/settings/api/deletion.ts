/** Deletes the signed-in person's own account. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";
import { getSession } from "@/api/session";
import { tokenClient } from "@/api/token-client";

export function useErasurePlan() {
  return useQuery({
    queryKey: ["my-erasure-plan"],
    queryFn: () => call("auth", () => authClient.GET("/users/me/erasure-preview")),
    staleTime: 0,
  });
}

/** The answer takes the cookie away, too, which only this client lets it. */
export function useDeleteAccount() {
  return useMutation({
    mutationFn: (password: string) =>
      call("auth", () =>
        tokenClient.DELETE("/users/me", {
          body: { current_password: password },
          headers: { Authorization: `Bearer ${getSession()?.accessToken ?? ""}` },
        }),
      ),
  });
}

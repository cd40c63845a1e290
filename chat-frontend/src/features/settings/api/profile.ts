/** Reads and changes the signed-in person's own account. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";
import type { Profile } from "@/api/shapes";

export type Theme = Profile["preferences"]["theme"];

const profileKey = ["profile"] as const;

export function useProfile() {
  return useQuery({
    queryKey: profileKey,
    queryFn: () => call("auth", () => authClient.GET("/users/me")),
    staleTime: 60_000,
  });
}

export function useSaveTheme() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (theme: Theme) => call("auth", () => authClient.PATCH("/users/me", { body: { preferences: { theme } } })),
    onSuccess: (profile) => client.setQueryData(profileKey, profile),
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) =>
      call("auth", () => authClient.PUT("/users/me/password", { body })),
  });
}

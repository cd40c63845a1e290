/** Reads and changes the signed-in person's own account. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";
import type { paths as AuthPaths } from "@/api/generated/auth";
import type { Profile } from "@/api/shapes";
import type { LanguageChoice } from "@/i18n/languages";

export type Theme = Profile["preferences"]["theme"];

type ProfileChange = AuthPaths["/users/me"]["patch"]["requestBody"]["content"]["application/json"];

const profileKey = ["profile"] as const;

export function useProfile() {
  return useQuery({
    queryKey: profileKey,
    queryFn: () => call("auth", () => authClient.GET("/users/me")),
    staleTime: 60_000,
  });
}

function useChangeProfile<Change>(bodyOf: (change: Change) => ProfileChange) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (change: Change) => call("auth", () => authClient.PATCH("/users/me", { body: bodyOf(change) })),
    // An answer still on its way says how it was before.
    onMutate: () => client.cancelQueries({ queryKey: profileKey }),
    onSuccess: (profile) => client.setQueryData(profileKey, profile),
    onError: () => client.invalidateQueries({ queryKey: profileKey }),
  });
}

export const useSaveTheme = () => useChangeProfile((theme: Theme) => ({ preferences: { theme } }));

export const useSaveLanguage = () => useChangeProfile((language: LanguageChoice) => ({ preferences: { language } }));

export const useSaveProfile = () => useChangeProfile((identity: Pick<Profile, "full_name" | "email">) => identity);

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) =>
      call("auth", () => authClient.PUT("/users/me/password", { body })),
  });
}

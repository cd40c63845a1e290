/** Sets factors up: for the person who is signed in, or on the way in with the token of the second step. */
import { useMutation, useQuery } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";
import { createPasskey } from "@/api/passkey-device";

/** Null: whoever is signed in. */
export type EnrolmentToken = string | null;

const as = (token: EnrolmentToken) => (token === null ? {} : { headers: { Authorization: `Bearer ${token}` } });

/** A new secret for an app. It is asked for once and forgotten with the form that shows it. */
export function useNewTotp(token: EnrolmentToken) {
  return useQuery({
    queryKey: ["new-totp", token],
    queryFn: () => call("auth", () => authClient.POST("/users/me/factors/totp", as(token))),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  });
}

export function useConfirmTotp(token: EnrolmentToken) {
  return useMutation({
    mutationFn: (code: string) => call("auth", () => authClient.POST("/users/me/factors/totp/confirm", { body: { code }, ...as(token) })),
  });
}

export function useAddPasskey(token: EnrolmentToken) {
  return useMutation({
    mutationFn: async (name: string) => {
      const { options } = await call("auth", () => authClient.POST("/users/me/factors/passkeys/options", as(token)));
      const passkey = await createPasskey(options);
      return call("auth", () => authClient.POST("/users/me/factors/passkeys", { body: { name, passkey }, ...as(token) }));
    },
  });
}

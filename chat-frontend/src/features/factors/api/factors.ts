/** Reads and changes the factors of the person who is signed in. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";
import { showPasskey } from "@/api/passkey-device";

const factorsKey = ["factors"] as const;

export function useFactors() {
  return useQuery({ queryKey: factorsKey, queryFn: () => call("auth", () => authClient.GET("/users/me/factors")), staleTime: 0 });
}

export function useReloadFactors() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: factorsKey });
}

export type Proof = { current_password: string } | { code: string } | "passkey";

async function prove(proof: Proof) {
  if (proof !== "passkey") return call("auth", () => authClient.POST("/users/me/proof", { body: proof }));
  const { options } = await call("auth", () => authClient.POST("/users/me/proof/options"));
  const passkey = await showPasskey(options);
  return call("auth", () => authClient.POST("/users/me/proof", { body: { passkey } }));
}

export function useProve() {
  return useMutation({ mutationFn: prove });
}

export type Removable = "totp" | { passkeyId: string };

export function useRemoveFactor() {
  const reload = useReloadFactors();
  return useMutation({
    mutationFn: (what: Removable) =>
      call("auth", () =>
        what === "totp"
          ? authClient.DELETE("/users/me/factors/totp")
          : authClient.DELETE("/users/me/factors/passkeys/{passkey_id}", { params: { path: { passkey_id: what.passkeyId } } }),
      ),
    onSettled: reload,
  });
}

export function useRenamePasskey() {
  const reload = useReloadFactors();
  return useMutation({
    mutationFn: ({ passkeyId, name }: { passkeyId: string; name: string }) =>
      call("auth", () =>
        authClient.PATCH("/users/me/factors/passkeys/{passkey_id}", { params: { path: { passkey_id: passkeyId } }, body: { name } }),
      ),
    onSuccess: reload,
  });
}

export function useRenewCodes() {
  const reload = useReloadFactors();
  return useMutation({
    mutationFn: () => call("auth", () => authClient.POST("/users/me/factors/recovery-codes")),
    onSuccess: reload,
  });
}

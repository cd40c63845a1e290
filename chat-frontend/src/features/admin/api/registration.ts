/** Reads and sets who may register. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";
import type { RegistrationPolicy } from "@/api/shapes";

const policyKey = ["registration-policy"] as const;

export function useRegistrationPolicy() {
  return useQuery({ queryKey: policyKey, queryFn: () => call("auth", () => authClient.GET("/settings/registration")) });
}

export function useSetRegistrationPolicy() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ mode, allowed_domains }: Pick<RegistrationPolicy, "mode" | "allowed_domains">) =>
      call("auth", () => authClient.PUT("/settings/registration", { body: { mode, allowed_domains } })),
    onSuccess: (policy) => client.setQueryData(policyKey, policy),
  });
}

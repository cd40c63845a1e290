/** Looks at the invitation that a link brought, before it is used. */
import { useQuery } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";

/** The invitation that an account is created with. */
export interface HeldInvitation {
  token: string;
  /** Where only this address may register with it. */
  email: string | null;
}

export function useInvitation(token: string | null) {
  return useQuery({
    queryKey: ["invitation", token],
    queryFn: () => call("auth", () => authClient.POST("/invitations/check", { body: { invitation: token ?? "" } })),
    enabled: token !== null,
  });
}

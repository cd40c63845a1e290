/** Signs in and registers. */
import { useMutation } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";
import { beginSession } from "@/api/session";
import { tokenClient } from "@/api/token-client";
import { withTokenLock } from "@/api/token-lock";
import { forgetLinkToken } from "@/config/link-token";

export interface Credentials {
  username: string;
  password: string;
}

export interface Registration extends Credentials {
  email: string;
  full_name: string | null;
  /** The token of an invitation. */
  invitation?: string;
}

function signIn({ username, password }: Credentials): Promise<void> {
  return withTokenLock(async () => {
    const token = await call("auth", () =>
      tokenClient.POST("/auth/token", {
        body: { username, password, scope: "", grant_type: "password" },
        bodySerializer: (fields) => new URLSearchParams({ username: fields.username, password: fields.password }),
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
      }),
    );
    beginSession(token);
  });
}

export function useSignIn() {
  return useMutation({ mutationFn: signIn });
}

/** Register, then sign in. */
export function useRegister() {
  return useMutation({
    mutationFn: async (registration: Registration) => {
      await call("auth", () => authClient.POST("/users/", { body: registration }));
      forgetLinkToken("invitation");
      await signIn(registration);
    },
  });
}

/** Finishes sign-ins with a factor, and signs in with a passkey alone. */
import { useMutation } from "@tanstack/react-query";
import { call } from "@/api/clients";
import type { Outcome } from "@/api/outcome";
import { showPasskey } from "@/api/passkey-device";
import { beginSession, type Token } from "@/api/session";
import { tokenClient } from "@/api/token-client";
import { withTokenLock } from "@/api/token-lock";

/** The person may take their time with a device: only the call that brings the tokens has the turn of this tab. */
function take(start: () => Promise<Outcome<Token>>): Promise<void> {
  return withTokenLock(async () => beginSession(await call("auth", start)));
}

/** With a code; after setting a factor up, with the token alone. */
function finish({ token, code }: { token: string; code?: string }): Promise<void> {
  return take(() => tokenClient.POST("/auth/token/factor", { body: { factor_token: token, ...(code !== undefined && { code }) } }));
}

async function finishByPasskey(token: string): Promise<void> {
  const { options } = await call("auth", () => tokenClient.POST("/auth/token/factor/options", { body: { factor_token: token } }));
  const passkey = await showPasskey(options);
  await take(() => tokenClient.POST("/auth/token/factor", { body: { factor_token: token, passkey } }));
}

async function signInByPasskey(): Promise<void> {
  const { options } = await call("auth", () => tokenClient.POST("/auth/token/passkey/options"));
  const passkey = await showPasskey(options);
  await take(() => tokenClient.POST("/auth/token/passkey", { body: { passkey } }));
}

export function useFinishSignIn() {
  return useMutation({ mutationFn: finish });
}

export function useFinishByPasskey() {
  return useMutation({ mutationFn: finishByPasskey });
}

export function usePasskeySignIn() {
  return useMutation({ mutationFn: signInByPasskey });
}

/** Asks for a link for a new password, and uses one. */
import { useMutation } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";
import { endSession, getSession } from "@/api/session";

export function useAskForLink() {
  return useMutation({
    mutationFn: (login: string) => call("auth", () => authClient.POST("/auth/password-reset", { body: { login } })),
  });
}

/** Every sign-in of the account ends; should this page be signed in, it no longer is. */
export function useResetPassword() {
  return useMutation({
    mutationFn: (body: { token: string; new_password: string }) =>
      call("auth", () => authClient.POST("/auth/password-reset/confirm", { body })),
    onSuccess: () => {
      if (getSession() !== null) endSession("chosen");
    },
  });
}

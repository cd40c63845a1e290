/** Owns asking this browser's devices for passkeys. The library that does comes with the first question. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/browser";
import { t } from "i18next";
import { phrase } from "@/i18n/phrase";
import { ApiError } from "./problem";

/** What the sign-in service says to ask; only the browser reads it. */
export type PasskeyOptions = Record<string, unknown>;

// The library's own types describe what the service sends as open JSON.
const asOptions = <Options>(options: PasskeyOptions) => options as unknown as Options;

const NUMBER = /^([\d.]+|\[.*\])$/;

/** Neither old browsers nor pages over plain http from another machine have passkeys, nor those opened by a number. */
export function canUsePasskeys(): boolean {
  return typeof window.PublicKeyCredential === "function" && !NUMBER.test(window.location.hostname);
}

/** Let a device make a passkey. Raises: ApiError with a sentence for what went wrong there. */
export async function createPasskey(options: PasskeyOptions): Promise<RegistrationResponseJSON> {
  const { startRegistration } = await import("@simplewebauthn/browser");
  return startRegistration({ optionsJSON: asOptions(options) }).catch(refuse);
}

/** Let a device sign with one of its passkeys. Raises: ApiError with a sentence for what went wrong there. */
export async function showPasskey(options: PasskeyOptions): Promise<AuthenticationResponseJSON> {
  const { startAuthentication } = await import("@simplewebauthn/browser");
  return startAuthentication({ optionsJSON: asOptions(options) }).catch(refuse);
}

const sentences: Record<string, string> = {
  InvalidStateError: phrase("This device has a passkey for your account already. Choose another device or key."),
  NotAllowedError: phrase("The passkey was not confirmed: it was cancelled, or it took too long. Try again."),
  AbortError: phrase("The passkey was not confirmed: it was cancelled, or it took too long. Try again."),
  SecurityError: phrase("Passkeys do not work at the address that this page was opened by. Ask an administrator."),
};

function refuse(error: unknown): never {
  const name = error instanceof Error ? error.name : "";
  const fallback = phrase("The passkey could not be used on this device. Try another one, or go on in another way.");
  throw new ApiError(t(sentences[name] ?? fallback), "passkey_not_confirmed", 0);
}

/** Plays the device that holds passkeys: what it gives, and how it can refuse. */
import { vi } from "vitest";

const made = { id: "made", rawId: "made", type: "public-key", response: { clientDataJSON: "c", attestationObject: "a" }, clientExtensionResults: {} };
const shown = { id: "kept", rawId: "kept", type: "public-key", response: { clientDataJSON: "c", authenticatorData: "d", signature: "s" }, clientExtensionResults: {} };

export const startRegistration = vi.fn<(asked: unknown) => Promise<unknown>>();
export const startAuthentication = vi.fn<(asked: unknown) => Promise<unknown>>();

/** Before each test: a browser with passkeys, whose person confirms. */
export function holdPasskeys(): void {
  vi.stubGlobal("PublicKeyCredential", vi.fn<() => void>());
  startRegistration.mockReset().mockResolvedValue(made);
  startAuthentication.mockReset().mockResolvedValue(shown);
}

/** What a browser throws when the person cancels, or for another reason of this name. */
export function refusal(name: string): Error {
  return Object.assign(new Error("as the browser says it"), { name });
}

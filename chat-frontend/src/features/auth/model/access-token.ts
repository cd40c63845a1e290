/** Reads the name in an access token. It is only a label here: the services verify the token. */

export function usernameIn(accessToken: string): string | null {
  const payload = accessToken.split(".")[1];
  if (payload === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    const name = typeof claims === "object" && claims !== null ? (claims as Record<string, unknown>).sub : null;
    return typeof name === "string" ? name : null;
  } catch {
    return null;
  }
}

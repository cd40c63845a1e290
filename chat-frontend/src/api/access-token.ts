/** Reads whose an access token is. It is only a label here: the services verify the token. */

export interface TokenOwner {
  userId: string;
  username: string;
}

export function ownerOf(accessToken: string): TokenOwner | null {
  const payload = accessToken.split(".")[1];
  if (payload === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims !== "object" || claims === null) return null;
    const { sub, user_id: userId } = claims as Record<string, unknown>;
    return typeof sub === "string" && typeof userId === "string" ? { userId, username: sub } : null;
  } catch {
    return null;
  }
}

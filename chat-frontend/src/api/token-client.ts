/** Owns the calls that give and take tokens: the only ones that carry the cookie with the refresh token. */
import createClient from "openapi-fetch";
import { addresses } from "@/config/env";
import type { paths as AuthPaths } from "./generated/auth";
import { fetchWithTimeLimit } from "./outcome";

// No other site can send this header unasked (CORS), so that none can use the cookie.
export const PAGE_MARK = { "X-Requested-With": "convoai" } as const;

export const tokenClient = createClient<AuthPaths>({
  baseUrl: addresses.auth,
  credentials: "include",
  headers: PAGE_MARK,
  fetch: fetchWithTimeLimit,
});

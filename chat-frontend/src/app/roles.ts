/** Owns which roles see what. The services decide; this spares people doors that stay shut. */

export type Rank = "admin" | "manager" | "none";

/** What the roles amount to where people and figures are concerned. */
export function rankOf(roles: string[]): Rank {
  if (roles.includes("admin")) return "admin";
  return roles.includes("manager") ? "manager" : "none";
}

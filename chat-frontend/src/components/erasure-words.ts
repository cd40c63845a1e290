/** Owns how it reads what the services hold of a person, and what became of it. */

type Counts = Record<string, number>;

const TITLES: Record<string, string> = {
  "auth-service": "Account and sign-in",
  "chat-service": "Conversations",
  "analytics-service": "Usage figures",
};

// What the services call things, where a person would not.
const KINDS: Record<string, string> = {
  sessions: "sign-ins",
  users: "accounts",
  totp_factors: "authenticator apps",
  webauthn_credentials: "passkeys",
  idempotency_keys: "remembered requests",
};

export function serviceTitle(service: string): string {
  return TITLES[service] ?? service;
}

/** "3 conversations, 1 message"; what there is none of is left out, and null when there is nothing at all. */
export function countSentence(counts: Counts): string | null {
  const parts = Object.entries(counts).filter(([, count]) => count > 0).map(([kind, count]) => `${count.toLocaleString("en")} ${nounOf(kind, count)}`);
  return parts.length === 0 ? null : parts.join(", ");
}

/** What of a service would go; null counts are not known at this moment. */
export function planSentence(service: string, holdings: Counts | null): string {
  if (holdings === null) return "Everything; it cannot be counted right now";
  const things = countSentence(holdings);
  if (service === "auth-service") return things === null ? "The account itself" : `The account itself, ${things}`;
  return things ?? "Nothing is there";
}

function nounOf(kind: string, count: number): string {
  const plural = KINDS[kind] ?? kind.replaceAll("_", " ");
  return count === 1 ? plural.replace(/ies$/, "y").replace(/s$/, "") : plural;
}

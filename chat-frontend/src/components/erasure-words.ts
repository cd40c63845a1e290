/** Owns how it reads what the services hold of a person, and what became of it. */
import { t } from "i18next";
import { formatNumber } from "@/i18n/format";
import { phrase } from "@/i18n/phrase";

type Counts = Record<string, number>;

const TITLES: Record<string, string> = {
  "auth-service": phrase("Account and sign-in"),
  "chat-service": phrase("Conversations"),
  "analytics-service": phrase("Usage figures"),
};

// What the services count, in a person's words.
const KINDS: Record<string, string> = {
  accounts: phrase("{{count, number}} accounts"),
  api_keys: phrase("{{count, number}} api keys"),
  conversations: phrase("{{count, number}} conversations"),
  events: phrase("{{count, number}} events"),
  factor_attempts: phrase("{{count, number}} factor attempts"),
  factor_challenges: phrase("{{count, number}} factor challenges"),
  idempotency_keys: phrase("{{count, number}} remembered requests"),
  invitations: phrase("{{count, number}} invitations"),
  messages: phrase("{{count, number}} messages"),
  passkeys: phrase("{{count, number}} passkeys"),
  password_resets: phrase("{{count, number}} password resets"),
  personas: phrase("{{count, number}} personas"),
  recovery_codes: phrase("{{count, number}} recovery codes"),
  session_proofs: phrase("{{count, number}} session proofs"),
  sessions: phrase("{{count, number}} sign-ins"),
  totp_enrolments: phrase("{{count, number}} totp enrolments"),
  totp_factors: phrase("{{count, number}} authenticator apps"),
  traces: phrase("{{count, number}} traces"),
};

export function serviceTitle(service: string): string {
  const title = TITLES[service];
  return title === undefined ? service : t(title);
}

/** "3 conversations, 1 message"; what there is none of is left out, and null when there is nothing at all. */
export function countSentence(counts: Counts): string | null {
  const parts = Object.entries(counts).filter(([, count]) => count > 0).map(([kind, count]) => countOf(kind, count));
  return parts.length === 0 ? null : parts.join(", ");
}

/** What of a service would go; null counts are not known at this moment. */
export function planSentence(service: string, holdings: Counts | null): string {
  if (holdings === null) return t("Everything; it cannot be counted right now");
  const things = countSentence(holdings);
  if (service === "auth-service") return things === null ? t("The account itself") : t("The account itself, {{things}}", { things });
  return things ?? t("Nothing is there");
}

function countOf(kind: string, count: number): string {
  const known = KINDS[kind];
  if (known !== undefined) return t(known, { count });
  // A newer service may count more than this page knows: its own word is better than none.
  const plural = kind.replaceAll("_", " ");
  return `${formatNumber(count)} ${count === 1 ? plural.replace(/ies$/, "y").replace(/s$/, "") : plural}`;
}

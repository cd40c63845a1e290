/** Owns how the page speaks of an API key's scopes and end. */
import type { ApiKey, ApiKeyScope } from "@/api/shapes";
import { phrase } from "@/i18n/phrase";

export const LONGEST_NAME = 100; // the service takes no longer one
const DAY_MS = 86_400_000;

export const scopeTerms: Record<ApiKeyScope, { label: string; description: string }> = {
  chat: { label: phrase("Chat"), description: phrase("Read and write your conversations, and ask the model") },
  "analytics:read": { label: phrase("Read analytics"), description: phrase("Read the figures that your account may see") },
};

// The order in which they are shown.
export const scopes: ApiKeyScope[] = ["chat", "analytics:read"];

export const endOptions = [
  { value: "7", label: phrase("In 7 days") },
  { value: "30", label: phrase("In 30 days") },
  { value: "90", label: phrase("In 90 days") },
  { value: "365", label: phrase("In one year") },
  { value: "never", label: phrase("Never") },
];

export const usualEnd = "90";

/** The moment that an option of `endOptions` stands for; null for none. */
export function endOf(option: string, now: number): string | null {
  return option === "never" ? null : new Date(now + Number(option) * DAY_MS).toISOString();
}

export function hasExpired({ expires_at: expiresAt }: ApiKey, now: number): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= now;
}

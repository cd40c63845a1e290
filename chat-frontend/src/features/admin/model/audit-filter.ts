/** Owns which entries of the audit trail are listed, as the page's address says it. */
import { phrase } from "@/i18n/phrase";

export interface AuditFilter {
  text: string;
  /** How the action begins. */
  action: string;
  /** The id of whoever did it. */
  actor: string;
  /** The id of whom or what it was done to. */
  target: string;
  /** Days, as `2026-01-31`: the first and the last that count. */
  from: string;
  to: string;
}

export const everything: AuditFilter = { text: "", action: "", actor: "", target: "", from: "", to: "" };

const names = { text: "q", action: "action", actor: "actor", target: "target", from: "from", to: "to" } as const;
const fields = Object.keys(everything) as (keyof AuditFilter)[];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const ACTIONS = [
  { value: "", label: phrase("Any action") },
  { value: "session.", label: phrase("Sign-ins begun and ended") },
  { value: "sign_in.refused", label: phrase("Sign-ins refused") },
  { value: "user.", label: phrase("Accounts and roles") },
  { value: "password.", label: phrase("Passwords") },
  { value: "factor.", label: phrase("Second factors") },
  { value: "recovery_code", label: phrase("Recovery codes") },
  { value: "api_key.", label: phrase("API keys") },
  { value: "invitation.", label: phrase("Invitations") },
  { value: "settings.", label: phrase("Registration") },
  { value: "role.", label: phrase("What roles demand") },
  { value: "erasure.", label: phrase("Erasures") },
  { value: "admin_call.refused", label: phrase("Refused to administer") },
];

export function readAuditFilter(address: URLSearchParams): AuditFilter {
  const filter = { ...everything };
  for (const field of fields) filter[field] = address.get(names[field]) ?? "";
  if (!ACTIONS.some(({ value }) => value === filter.action)) filter.action = "";
  if (momentOf(filter.from) === null) filter.from = "";
  if (momentOf(filter.to) === null) filter.to = "";
  return filter;
}

/** The address with the changes; what narrows nothing is left out of it. */
export function withAuditFilter(address: URLSearchParams, change: Partial<AuditFilter>): URLSearchParams {
  const filter = { ...readAuditFilter(address), ...change };
  const next = new URLSearchParams(address);
  for (const field of fields) {
    if (filter[field] === "") next.delete(names[field]);
    else next.set(names[field], filter[field]);
  }
  return next;
}

export function isAuditNarrowed(filter: AuditFilter): boolean {
  return fields.some((field) => filter[field] !== "");
}

/** As the service is asked: a day begins and ends where the reader is. */
export function auditQueryOf({ text, action, actor, target, from, to }: AuditFilter) {
  const since = momentOf(from);
  const until = momentOf(to, 1);
  return {
    ...(text.trim() === "" ? {} : { q: text.trim() }),
    ...(action === "" ? {} : { action }),
    ...(actor === "" ? {} : { actor_id: actor }),
    ...(target === "" ? {} : { target_id: target }),
    ...(since === null ? {} : { since }),
    ...(until === null ? {} : { until }),
  };
}

/** When that day begins, or one some days later; null for what is no day. */
function momentOf(day: string, daysLater = 0): string | null {
  if (!DAY.test(day)) return null;
  const moment = new Date(`${day}T00:00:00`);
  if (Number.isNaN(moment.getTime())) return null;
  moment.setDate(moment.getDate() + daysLater);
  return moment.toISOString();
}

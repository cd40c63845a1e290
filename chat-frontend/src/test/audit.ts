/** Makes entries of the audit trail as auth-service answers with them. */
import type { AuditEntry } from "@/api/shapes";

/** What vera did to ada. */
export function auditEntryOf(sequence: number, action: string, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    sequence,
    at: "2026-01-01T12:00:00+00:00",
    actor_id: "id-of-vera",
    actor_name: "vera",
    action,
    target_kind: "user",
    target_id: "id-of-ada",
    target_name: "ada",
    address: "192.0.2.7",
    request_id: `request-${sequence}`,
    detail: {},
    ...more,
  };
}

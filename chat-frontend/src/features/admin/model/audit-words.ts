/** Owns how an entry of the audit trail reads. */
import type { AuditEntry } from "@/api/shapes";

// `{}` is whom or what it was done to, as it was called then.
const PHRASES: Record<string, string> = {
  "admin_call.refused": "was refused an administrator's call",
  "api_key.created": "created the API key {}",
  "api_key.renamed": "renamed an API key to {}",
  "api_key.revoked": "deleted the API key {}",
  "erasure.completed": "completed: all services have confirmed it",
  "factor.enrolled": "set up a second factor",
  "factor.removed": "removed a second factor",
  "factor.reset": "reset the second factors of {}",
  "invitation.created": "invited {}",
  "invitation.used": "used the invitation for {}",
  "invitation.withdrawn": "withdrew the invitation for {}",
  "password.changed": "changed their own password",
  "password.reset": "chose a new password for {} by a link",
  "password.reset_link_made": "made a link for a new password for {}",
  "recovery_code.used": "used a recovery code",
  "recovery_codes.renewed": "made new recovery codes",
  "role.policy_changed": "changed what the role {} demands",
  "session.begun": "signed in with {}",
  "session.ended": "signed out",
  "session.revoked": "ended a sign-in",
  "settings.changed": "changed who may register",
  "sign_in.refused": "was refused to sign in as {}",
  "user.activated": "activated {}",
  "user.changed": "changed the profile of {}",
  "user.created": "created the account {}",
  "user.deactivated": "deactivated {}",
  "user.deleted": "deleted the account {}",
  "user.registered": "registered {}",
  "user.roles_changed": "changed the roles of {}",
  "user.sessions_revoked": "ended all sign-ins of {}",
};

// Done to oneself.
const OWN_PHRASES: Record<string, string> = {
  "user.changed": "changed their own profile",
  "user.deleted": "deleted their own account",
  "user.sessions_revoked": "signed out everywhere else",
};

const NOBODY: Record<string, string> = {
  "": "Somebody",
  "(operator)": "The operator",
  "(first start)": "The first start",
  "(erasure)": "The erasure",
};

/** Whoever did it. Who is not signed in has no name. */
export function actorOf({ actor_name: name }: AuditEntry): string {
  return NOBODY[name] ?? name;
}

/** The sentence behind the actor's name, in what comes before the target's name, that name, and what comes after it. */
export function phraseOf(entry: AuditEntry): { before: string; target: string | null; after: string } {
  const [before, after] = templateOf(entry).split("{}");
  return { before: before ?? "", target: after === undefined ? null : targetOf(entry), after: after ?? "" };
}

export function sentenceOfEntry(entry: AuditEntry): string {
  const { before, target, after } = phraseOf(entry);
  return `${actorOf(entry)} ${before}${target ?? ""}${after}`;
}

function templateOf(entry: AuditEntry): string {
  const { action, actor_id: actor, target_id: target, target_name: name, detail } = entry;
  if (action === "session.revoked" && typeof detail.user === "string") return `ended a sign-in of ${detail.user}`;
  if (action === "session.revoked" && detail.reason === "token_reused") return "used a sign-in's token again, which ended it";
  if (action === "sign_in.refused" && name === null) return "was refused to sign in under an unknown name";
  const own = actor !== null && actor === target ? OWN_PHRASES[action] : undefined;
  return own ?? PHRASES[action] ?? `${action}${name === null ? "" : ": {}"}`;
}

function targetOf({ target_kind: kind, target_name: name }: AuditEntry): string {
  if (name !== null && name !== "") return name;
  return kind === "invitation" ? "anyone with the link" : "somebody";
}

/** What changed, where that is short enough to stand beside the sentence. */
export function noteOf({ action, detail }: AuditEntry): string | null {
  if (action === "user.roles_changed") return `${textOf(detail.from)} → ${textOf(detail.to)}`;
  if (action === "api_key.renamed") return `before: ${textOf(detail.from)}`;
  if (action === "api_key.revoked" && detail.owner !== undefined) return `of ${textOf(detail.owner)}`;
  if (action === "settings.changed" && detail.mode !== detail.mode_before) return `${textOf(detail.mode_before)} → ${textOf(detail.mode)}`;
  if (action === "admin_call.refused") return `${textOf(detail.method)} ${textOf(detail.route)}`;
  if (action === "user.changed") return textOf(detail.fields);
  return null;
}

/** A value of the detail, for people. */
export function textOf(value: AuditEntry["detail"][string] | undefined): string {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map((one) => textOf(one)).join(", ");
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

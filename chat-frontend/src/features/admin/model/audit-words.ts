/** Owns how an entry of the audit trail reads. */
import { t } from "i18next";
import type { AuditEntry } from "@/api/shapes";
import { aroundHole, HOLE } from "@/i18n/hole";
import { phrase } from "@/i18n/phrase";

// Its target is whom or what it was done to, as it was called then.
const PHRASES: Record<string, string> = {
  "admin_call.refused": phrase("was refused an administrator's call"),
  "api_key.created": phrase("created the API key {{target}}"),
  "api_key.renamed": phrase("renamed an API key to {{target}}"),
  "api_key.revoked": phrase("deleted the API key {{target}}"),
  "erasure.completed": phrase("completed: all services have confirmed it"),
  "factor.enrolled": phrase("set up a second factor"),
  "factor.removed": phrase("removed a second factor"),
  "factor.reset": phrase("reset the second factors of {{target}}"),
  "invitation.created": phrase("invited {{target}}"),
  "invitation.used": phrase("used the invitation for {{target}}"),
  "invitation.withdrawn": phrase("withdrew the invitation for {{target}}"),
  "password.changed": phrase("changed their own password"),
  "password.reset": phrase("chose a new password for {{target}} by a link"),
  "password.reset_link_made": phrase("made a link for a new password for {{target}}"),
  "recovery_code.used": phrase("used a recovery code"),
  "recovery_codes.renewed": phrase("made new recovery codes"),
  "role.policy_changed": phrase("changed what the role {{target}} demands"),
  "session.begun": phrase("signed in with {{target}}"),
  "session.ended": phrase("signed out"),
  "session.revoked": phrase("ended a sign-in"),
  "settings.changed": phrase("changed who may register"),
  "sign_in.refused": phrase("was refused to sign in as {{target}}"),
  "user.activated": phrase("activated {{target}}"),
  "user.changed": phrase("changed the profile of {{target}}"),
  "user.created": phrase("created the account {{target}}"),
  "user.deactivated": phrase("deactivated {{target}}"),
  "user.deleted": phrase("deleted the account {{target}}"),
  "user.registered": phrase("registered {{target}}"),
  "user.roles_changed": phrase("changed the roles of {{target}}"),
  "user.sessions_revoked": phrase("ended all sign-ins of {{target}}"),
};

// Done to oneself.
const OWN_PHRASES: Record<string, string> = {
  "user.changed": phrase("changed their own profile"),
  "user.deleted": phrase("deleted their own account"),
  "user.sessions_revoked": phrase("signed out everywhere else"),
};

const NOBODY = new Map<string, string>([
  ["", phrase("Somebody")],
  ["(operator)", phrase("The operator")],
  ["(first start)", phrase("The first start")],
  ["(erasure)", phrase("The erasure")],
]);

/** Whoever did it. Who is not signed in has no name. */
export function actorOf({ actor_name: name }: AuditEntry): string {
  const nobody = NOBODY.get(name);
  return nobody === undefined ? name : t(nobody);
}

/** The sentence behind the actor's name, in what comes before the target's name, that name, and what comes after it. */
export function phraseOf(entry: AuditEntry): { before: string; target: string | null; after: string } {
  const { before, after } = aroundHole(templateOf(entry));
  return { before, target: after === null ? null : targetOf(entry), after: after ?? "" };
}

export function sentenceOfEntry(entry: AuditEntry): string {
  const { before, target, after } = phraseOf(entry);
  return `${actorOf(entry)} ${before}${target ?? ""}${after}`;
}

function templateOf(entry: AuditEntry): string {
  const { action, actor_id: actor, target_id: target, target_name: name, detail } = entry;
  if (action === "session.revoked" && typeof detail.user === "string") return t("ended a sign-in of {{user}}", { user: detail.user });
  if (action === "session.revoked" && detail.reason === "token_reused") return t("used a sign-in's token again, which ended it");
  if (action === "sign_in.refused" && name === null) return t("was refused to sign in under an unknown name");
  const known = (actor !== null && actor === target ? OWN_PHRASES[action] : undefined) ?? PHRASES[action];
  if (known !== undefined) return t(known, { target: HOLE });
  return name === null ? action : `${action}: ${HOLE}`;
}

function targetOf({ target_kind: kind, target_name: name }: AuditEntry): string {
  if (name !== null && name !== "") return name;
  return kind === "invitation" ? t("anyone with the link") : t("somebody");
}

/** What changed, where that is short enough to stand beside the sentence. */
export function noteOf({ action, detail }: AuditEntry): string | null {
  if (action === "user.roles_changed") return `${textOf(detail.from)} → ${textOf(detail.to)}`;
  if (action === "api_key.renamed") return t("before: {{name}}", { name: textOf(detail.from) });
  if (action === "api_key.revoked" && detail.owner !== undefined) return t("of {{name}}", { name: textOf(detail.owner) });
  if (action === "settings.changed" && detail.mode !== detail.mode_before) return `${textOf(detail.mode_before)} → ${textOf(detail.mode)}`;
  if (action === "admin_call.refused") return `${textOf(detail.method)} ${textOf(detail.route)}`;
  if (action === "user.changed") return textOf(detail.fields);
  return null;
}

/** A value of the detail, for people. */
export function textOf(value: AuditEntry["detail"][string] | undefined): string {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.length === 0 ? t("none at all") : value.map((one) => textOf(one)).join(", ");
  if (typeof value === "boolean") return value ? t("yes") : t("no");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

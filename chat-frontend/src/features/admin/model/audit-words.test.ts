import { describe, expect, it } from "vitest";
import type { AuditEntry } from "@/api/shapes";
import { auditEntryOf } from "@/test/audit";
import { noteOf, sentenceOfEntry } from "./audit-words";

const sentence = (action: string, more: Partial<AuditEntry> = {}) => sentenceOfEntry(auditEntryOf(1, action, more));
const oneself = { target_id: "id-of-vera", target_name: "vera" };

describe("an entry of the audit trail", () => {
  it("is a sentence: who did what to whom", () => {
    expect(sentence("user.deactivated")).toBe("vera deactivated ada");
    expect(sentence("user.changed")).toBe("vera changed the profile of ada");
    expect(sentence("session.begun", { target_kind: "session", target_name: "Firefox on Linux" })).toBe("vera signed in with Firefox on Linux");
  });

  it("says when it was done to oneself", () => {
    expect(sentence("user.changed", oneself)).toBe("vera changed their own profile");
    expect(sentence("user.deactivated", oneself)).toBe("vera deactivated vera");
  });

  it("has a word for those who have no name", () => {
    expect(sentence("sign_in.refused", { actor_id: null, actor_name: "" })).toBe("Somebody was refused to sign in as ada");
    expect(sentence("sign_in.refused", { actor_id: null, actor_name: "", target_kind: null, target_id: null, target_name: null })).toBe(
      "Somebody was refused to sign in under an unknown name",
    );
    expect(sentence("user.registered", { actor_id: null, actor_name: "" })).toBe("Somebody registered ada");
    expect(sentence("factor.reset", { actor_id: null, actor_name: "(operator)" })).toBe("The operator reset the second factors of ada");
    expect(sentence("erasure.completed", { actor_id: null, actor_name: "(erasure)", target_name: "" })).toBe("The erasure completed: all services have confirmed it");
    expect(sentence("invitation.created", { target_kind: "invitation", target_name: "" })).toBe("vera invited anyone with the link");
  });

  it("tells how a sign-in came to end", () => {
    const target = { target_kind: "session", target_name: "" };
    expect(sentence("session.revoked", { ...target, detail: { reason: "ended_by_user" } })).toBe("vera ended a sign-in");
    expect(sentence("session.revoked", { ...target, detail: { reason: "ended_by_admin", user: "ada" } })).toBe("vera ended a sign-in of ada");
    expect(sentence("session.revoked", { ...target, actor_name: "", detail: { reason: "token_reused" } })).toBe("Somebody used a sign-in's token again, which ended it");
  });

  it("of a kind that the page does not know is still told", () => {
    expect(sentence("moon.landed")).toBe("vera moon.landed: ada");
    expect(sentence("moon.landed", { target_name: null })).toBe("vera moon.landed");
  });

  it("says what changed where that is short", () => {
    const note = (action: string, detail: AuditEntry["detail"]) => noteOf(auditEntryOf(1, action, { detail }));
    expect(note("user.roles_changed", { from: ["user"], to: ["admin", "user"] })).toBe("user → admin, user");
    expect(note("settings.changed", { mode: "closed", mode_before: "open" })).toBe("open → closed");
    expect(note("settings.changed", { mode: "open", mode_before: "open" })).toBeNull();
    expect(note("api_key.revoked", { owner: "ada" })).toBe("of ada");
    expect(note("api_key.revoked", {})).toBeNull();
    expect(note("admin_call.refused", { method: "GET", route: "/users/" })).toBe("GET /users/");
  });
});

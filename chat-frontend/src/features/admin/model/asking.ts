/** What an administrator is asked before it is done to a person, and in which words. */
import type { ApiKey, Person, SignIn } from "@/api/shapes";
import { exactTime } from "@/components/times";

export type PlainAsking =
  | { kind: "deactivate" }
  | { kind: "end-sign-in"; signIn: SignIn }
  | { kind: "end-sign-ins" }
  | { kind: "delete-api-key"; apiKey: ApiKey }
  | { kind: "reset-factors" };
export type Asking = PlainAsking | { kind: "reset-link" } | { kind: "delete" };

interface Question {
  title: string;
  consequence: string;
  label: string;
}

export function questionOf(asking: PlainAsking, { username }: Person): Question {
  switch (asking.kind) {
    case "deactivate":
      return {
        title: `Deactivate ${username}`,
        consequence: "They are signed out everywhere within 10 seconds, their open chats close, and they cannot sign in. Nothing is deleted, and you can activate the account again.",
        label: "Deactivate",
      };
    case "end-sign-in":
      return {
        title: "End this sign-in",
        consequence: `“${asking.signIn.device}” at ${asking.signIn.address}, signed in ${exactTime(asking.signIn.created_at)}, is signed out within 10 seconds, and its open chats close. ${username} can sign in again.`,
        label: "End it",
      };
    case "end-sign-ins":
      return {
        title: "End all sign-ins",
        consequence: `Every device and program of ${username} is signed out within 10 seconds, and their open chats close. They can sign in again.`,
        label: "End all sign-ins",
      };
    case "delete-api-key":
      return {
        title: "Delete API key",
        consequence: `Programs of ${username} that use “${asking.apiKey.name}” are refused within 10 seconds. This cannot be undone.`,
        label: "Delete",
      };
    case "reset-factors":
      return {
        title: `Reset the second factors of ${username}`,
        consequence: `For somebody who lost them: the authenticator app, the passkeys and the recovery codes no longer count, and every sign-in of ${username} ends. Their password alone is enough then, unless a role demands a factor. Be sure that it is ${username} who asks.`,
        label: "Reset",
      };
  }
}

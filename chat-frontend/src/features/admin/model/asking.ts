/** What an administrator is asked before it is done to a person, and in which words. */
import { t } from "i18next";
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
        title: t("Deactivate {{username}}", { username }),
        consequence: t("They are signed out everywhere within 10 seconds, their open chats close, and they cannot sign in. Nothing is deleted, and you can activate the account again."),
        label: t("Deactivate"),
      };
    case "end-sign-in":
      return {
        title: t("End this sign-in"),
        consequence: t("“{{device}}” at {{address}}, signed in {{time}}, is signed out within 10 seconds, and its open chats close. {{username}} can sign in again.", {
          device: asking.signIn.device,
          address: asking.signIn.address,
          time: exactTime(asking.signIn.created_at),
          username,
        }),
        label: t("End it"),
      };
    case "end-sign-ins":
      return {
        title: t("End all sign-ins"),
        consequence: t("Every device and program of {{username}} is signed out within 10 seconds, and their open chats close. They can sign in again.", { username }),
        label: t("End all sign-ins"),
      };
    case "delete-api-key":
      return {
        title: t("Delete API key"),
        consequence: t("Programs of {{username}} that use “{{name}}” are refused within 10 seconds. This cannot be undone.", { username, name: asking.apiKey.name }),
        label: t("Delete"),
      };
    case "reset-factors":
      return {
        title: t("Reset the second factors of {{username}}", { username }),
        consequence: t("For somebody who lost them: the authenticator app, the passkeys and the recovery codes no longer count, and every sign-in of {{username}} ends. Their password alone is enough then, unless a role demands a factor. Be sure that it is {{username}} who asks.", { username }),
        label: t("Reset"),
      };
  }
}

/** Owns how persons, conversations, models and roles are called where only their ids are known. */
import { t } from "i18next";
import type { Cut, Person } from "@/api/shapes";
import { phrase } from "@/i18n/phrase";
import { OTHERS } from "./others";

const SHORT = 8;
const ROLES: Record<string, string> = { user: phrase("People’s questions"), assistant: phrase("Answers of models") };

/** The end of an id: those made in the same hour begin alike. */
export function shortId(id: string): string {
  return id.length <= SHORT + 1 ? id : `…${id.slice(-SHORT)}`;
}

export type Names = Map<string, Person> | undefined;

/** `names`: those of the persons that may be read; titles of conversations are known to nobody here. */
export function subjectName(by: Cut, subject: string, names: Names): string {
  if (subject === OTHERS) return t("Others");
  if (subject === "") return by === "person" || by === "conversation" ? t("Deleted since") : t("Unknown");
  if (by === "conversation") return shortId(subject);
  if (by === "role") return ROLES[subject] === undefined ? subject : t(ROLES[subject]);
  if (by !== "person") return subject;
  const person = names?.get(subject);
  return person === undefined ? shortId(subject) : (person.full_name ?? person.username);
}

/** Owns the list of domains as it is typed. */
import { t } from "i18next";
import { ApiError } from "@/api/problem";

/** The domains in a text, one a line or apart by commas or spaces; an @ before them is left out. */
export function domainsIn(text: string): string[] {
  return text.split(/[\s,;]+/).map((domain) => domain.replace(/^.*@/, "")).filter((domain) => domain !== "");
}

/** What the service says of one of the domains that were sent: it names them by their place. */
export function domainProblem(error: unknown, sent: string[]): string | null {
  if (!(error instanceof ApiError)) return null;
  const of = ({ field }: { field: string }) => (/^\d+$/.test(field) ? sent[Number(field)] : undefined);
  const found = error.fields.find((one) => of(one) !== undefined);
  return found === undefined ? null : t("“{{domain}}”: {{problem}}.", { domain: of(found), problem: found.message });
}

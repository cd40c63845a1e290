/** Owns how it reads which second factors somebody has. */
import { t } from "i18next";
import type { FactorSummary } from "@/api/shapes";

export function hasFactor({ has_totp: hasApp, passkey_count: passkeys }: FactorSummary): boolean {
  return hasApp || passkeys > 0;
}

/** "An authenticator app, 2 passkeys, 8 recovery codes left". */
export function factorSentence(summary: FactorSummary): string {
  const { has_totp: hasApp, passkey_count: passkeys, recovery_codes_left: codes, is_required: isRequired } = summary;
  if (!hasFactor(summary)) return isRequired ? t("None yet; a role demands one at the next sign-in.") : t("None: a password is enough.");
  const factors = [
    hasApp ? [t("an authenticator app")] : [],
    passkeys > 0 ? [t("{{count, number}} passkeys", { count: passkeys })] : [],
    codes > 0 ? [t("{{count, number}} recovery codes left", { count: codes })] : [t("no recovery codes left")],
  ];
  const sentence = `${factors.flat().join(", ")}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

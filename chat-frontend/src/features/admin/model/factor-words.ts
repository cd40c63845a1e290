/** Owns how it reads which second factors somebody has. */
import type { FactorSummary } from "@/api/shapes";

export function hasFactor({ has_totp: hasApp, passkey_count: passkeys }: FactorSummary): boolean {
  return hasApp || passkeys > 0;
}

/** "An authenticator app, 2 passkeys, 8 recovery codes left". */
export function factorSentence(summary: FactorSummary): string {
  const { has_totp: hasApp, passkey_count: passkeys, recovery_codes_left: codes, is_required: isRequired } = summary;
  if (!hasFactor(summary)) return isRequired ? "None yet; a role demands one at the next sign-in." : "None: a password is enough.";
  const factors = [hasApp ? ["an authenticator app"] : [], passkeys > 0 ? [counted(passkeys, "passkey")] : [], [`${counted(codes, "recovery code")} left`]].flat();
  const sentence = `${factors.join(", ")}.`;
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? "no" : count} ${noun}${count === 1 ? "" : "s"}`;
}

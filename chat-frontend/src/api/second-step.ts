/** Owns what follows a right password that is not enough: a factor to show, or one to set up. */
import { ApiError } from "./problem";

const factorKinds = ["totp", "passkey", "recovery_code"] as const;

export type FactorKind = (typeof factorKinds)[number];

export interface SecondStep {
  kind: "factor" | "enrolment";
  /** Stands for the password for some minutes; good for this step alone. */
  token: string;
  factors: FactorKind[];
}

/** The step that a refused sign-in leads to; null for any other error. */
export function secondStepOf(error: unknown): SecondStep | null {
  if (!(error instanceof ApiError)) return null;
  const { factor_token: token, factors } = error.members;
  if (typeof token !== "string" || !Array.isArray(factors)) return null;
  if (error.code === "factor_enrolment_required") return { kind: "enrolment", token, factors: [] };
  const known = factorKinds.filter((kind) => factors.includes(kind));
  return error.code === "second_factor_required" ? { kind: "factor", token, factors: known } : null;
}

export function leadOn(error: unknown, onSecondStep: (step: SecondStep) => void): void {
  const step = secondStepOf(error);
  if (step !== null) onSecondStep(step);
}

/** Sign in; says so when a session has ended by itself, or has not quite ended. */
import { Alert, Anchor } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate } from "react-router-dom";
import { canUsePasskeys } from "@/api/passkey-device";
import type { SecondStep } from "@/api/second-step";
import type { Ending } from "@/api/session";
import { useSessionState } from "@/api/use-session";
import { usePageTitle } from "@/components/use-page-title";
import { paths } from "@/config/paths";
import { AuthCard } from "@/features/auth/components/AuthCard";
import { SignInForm } from "@/features/auth/components/SignInForm";
import { phrase } from "@/i18n/phrase";
import { useIsPasswordNew, useReturnAddress } from "../return-address";
import { SecondStepCard } from "./SecondStepCard";

const PasskeySignIn = lazy(() =>
  import("@/features/factors/components/PasskeySignIn").then((module) => ({ default: module.PasskeySignIn })),
);

const sentences: Record<Ending, string | null> = {
  chosen: null,
  ended: phrase("Your session has ended. Sign in again to go on where you were; what you wrote is kept."),
  untold: phrase(
    "You are signed out here, but the sign-in service could not be reached. Open this page again later: it then ends your session there, too.",
  ),
};

export function SignInPage() {
  const { t } = useTranslation();
  usePageTitle(t("Sign in"));
  const state = useSessionState();
  const returnState = useReturnAddress();
  const isPasswordNew = useIsPasswordNew();
  const [step, setStep] = useState<SecondStep | null>(null);
  if (state.phase === "signed-in") return <Navigate to={returnState.from} replace />;
  if (step !== null) return <SecondStepCard step={step} onRestart={() => setStep(null)} />;
  const ending = state.phase === "signed-out" ? sentences[state.ending] : null;
  const sentence = isPasswordNew ? phrase("Your password is changed. Sign in with the new one.") : ending;
  const foot = (
    <>
      {t("New here?")} <Anchor component={Link} to={paths.register} state={returnState} underline="always">{t("Create an account")}</Anchor>
    </>
  );
  return (
    <AuthCard title={t("Sign in")} lead={t("Welcome back. Your conversations are waiting.")} foot={foot}>
      {sentence !== null && <Alert color="convo" variant="light" mb="md" role="status">{t(sentence)}</Alert>}
      <SignInForm onSecondStep={setStep} />
      {canUsePasskeys() && <Suspense><PasskeySignIn /></Suspense>}
      <Anchor component={Link} to={paths.forgotPassword} underline="always" display="block" ta="center" mt="md">{t("Forgot your password?")}</Anchor>
    </AuthCard>
  );
}

/** Create an account; the new person is signed in at once. */
import { Anchor } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, Navigate, useNavigate } from "react-router-dom";
import type { SecondStep } from "@/api/second-step";
import { useSession } from "@/api/use-session";
import { usePageTitle } from "@/components/use-page-title";
import { paths } from "@/config/paths";
import { AuthCard } from "@/features/auth/components/AuthCard";
import { RegisterForm } from "@/features/auth/components/RegisterForm";
import { RegistrationGate } from "@/features/auth/components/RegistrationGate";
import { useReturnAddress } from "../return-address";
import { SecondStepCard } from "./SecondStepCard";

export function RegisterPage() {
  const { t } = useTranslation();
  usePageTitle(t("Create an account"));
  const session = useSession();
  const navigate = useNavigate();
  const returnState = useReturnAddress();
  const [step, setStep] = useState<SecondStep | null>(null);
  if (session !== null) return <Navigate to={returnState.from} replace />;
  // The account is there already: whoever starts again, signs in.
  if (step !== null) return <SecondStepCard step={step} onRestart={() => void navigate(paths.signIn, { state: returnState })} />;
  const foot = (
    <>
      {t("Have an account?")} <Anchor component={Link} to={paths.signIn} state={returnState} underline="always">{t("Sign in")}</Anchor>
    </>
  );
  return (
    <AuthCard title={t("Create an account")} lead={t("It takes a minute, and everything stays on this server.")} foot={foot}>
      <RegistrationGate>{(invitation) => <RegisterForm invitation={invitation} onSecondStep={setStep} />}</RegistrationGate>
    </AuthCard>
  );
}

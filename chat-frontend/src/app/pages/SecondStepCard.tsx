/** The second step of signing in, in the frame of the first. */
import { Anchor } from "@mantine/core";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import type { SecondStep } from "@/api/second-step";
import { PageLoader } from "@/components/PageLoader";
import { AuthCard } from "@/features/auth/components/AuthCard";
import { phrase } from "@/i18n/phrase";

const FactorStep = lazy(() => import("@/features/factors/components/FactorStep").then((module) => ({ default: module.FactorStep })));
const EnrolmentStep = lazy(() =>
  import("@/features/factors/components/EnrolmentStep").then((module) => ({ default: module.EnrolmentStep })),
);

const texts = {
  factor: { title: phrase("Confirm it is you"), lead: phrase("Your account is protected by a second factor.") },
  enrolment: { title: phrase("Protect your account"), lead: phrase("Your role needs a second factor. Set one up now; it takes a minute.") },
};

export function SecondStepCard({ step, onRestart }: { step: SecondStep; onRestart: () => void }) {
  const { t } = useTranslation();
  const Step = step.kind === "factor" ? FactorStep : EnrolmentStep;
  const { title, lead } = texts[step.kind];
  const foot = (
    <>
      {t("Not you?")} <Anchor component="button" type="button" onClick={onRestart} underline="always">{t("Start again")}</Anchor>
    </>
  );
  return (
    <AuthCard title={t(title)} lead={t(lead)} foot={foot}>
      <Suspense fallback={<PageLoader />}><Step step={step} onRestart={onRestart} /></Suspense>
    </AuthCard>
  );
}

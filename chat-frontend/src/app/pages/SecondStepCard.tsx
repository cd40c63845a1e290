/** The second step of signing in, in the frame of the first. */
import { Anchor } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { SecondStep } from "@/api/second-step";
import { PageLoader } from "@/components/PageLoader";
import { AuthCard } from "@/features/auth/components/AuthCard";

const FactorStep = lazy(() => import("@/features/factors/components/FactorStep").then((module) => ({ default: module.FactorStep })));
const EnrolmentStep = lazy(() =>
  import("@/features/factors/components/EnrolmentStep").then((module) => ({ default: module.EnrolmentStep })),
);

const texts = {
  factor: { title: "Confirm it is you", lead: "Your account is protected by a second factor." },
  enrolment: { title: "Protect your account", lead: "Your role needs a second factor. Set one up now; it takes a minute." },
};

export function SecondStepCard({ step, onRestart }: { step: SecondStep; onRestart: () => void }) {
  const Step = step.kind === "factor" ? FactorStep : EnrolmentStep;
  const foot = (
    <>
      Not you? <Anchor component="button" type="button" onClick={onRestart} underline="always">Start again</Anchor>
    </>
  );
  return (
    <AuthCard {...texts[step.kind]} foot={foot}>
      <Suspense fallback={<PageLoader />}><Step step={step} onRestart={onRestart} /></Suspense>
    </AuthCard>
  );
}

/** Confirms a sign-in with one of the factors that the account has. */
import { Button, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { canUsePasskeys } from "@/api/passkey-device";
import { ApiError, sentenceOf } from "@/api/problem";
import type { SecondStep } from "@/api/second-step";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Fingerprint } from "@/components/icons";
import { useFinishByPasskey, useFinishSignIn } from "../api/sign-in";
import { CodeForm } from "./CodeForm";

export function FactorStep({ step, onRestart }: { step: SecondStep; onRestart: () => void }) {
  const { t } = useTranslation();
  const finish = useFinishSignIn();
  const byPasskey = useFinishByPasskey();
  const hasPasskey = step.factors.includes("passkey");
  const hasApp = step.factors.includes("totp");
  const hasRecoveryCodes = step.factors.includes("recovery_code");
  const error = finish.error ?? byPasskey.error;
  const isOver = error instanceof ApiError && error.code === "invalid_factor_token";
  const forget = () => {
    finish.reset();
    byPasskey.reset();
  };
  const showCode = (code: string) => {
    forget();
    finish.mutate({ token: step.token, code });
  };
  const showPasskey = () => {
    forget();
    byPasskey.mutate(step.token);
  };
  return (
    <Stack>
      {error !== null && <ErrorNotice sentence={sentenceOf(error)} onRetry={isOver ? onRestart : undefined} retryLabel={t("Start again")} />}
      {hasPasskey && canUsePasskeys() && (
        <Button variant={hasApp ? "default" : "filled"} fullWidth autoFocus={!hasApp} leftSection={<Fingerprint size={18} aria-hidden />}
          loading={byPasskey.isPending} onClick={showPasskey}>
          {t("Use your passkey")}
        </Button>
      )}
      {hasPasskey && !canUsePasskeys() && <p>{t("Your passkey cannot be used in this browser, or at this address of the page.")}</p>}
      {(hasApp || hasRecoveryCodes) && (
        <CodeForm hasApp={hasApp} hasRecoveryCodes={hasRecoveryCodes} submitLabel={t("Confirm")} isPending={finish.isPending} onSubmit={showCode} />
      )}
    </Stack>
  );
}

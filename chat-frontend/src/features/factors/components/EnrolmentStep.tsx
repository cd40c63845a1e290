/** Sets the first factor up on the way in, where a role demands one; then the sign-in goes on. */
import { Anchor, Button, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { canUsePasskeys } from "@/api/passkey-device";
import { sentenceOf } from "@/api/problem";
import type { SecondStep } from "@/api/second-step";
import type { Enrolled } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Fingerprint, Smartphone } from "@/components/icons";
import { useFinishSignIn } from "../api/sign-in";
import { PasskeySetup } from "./PasskeySetup";
import { RecoveryCodes } from "./RecoveryCodes";
import { TotpSetup } from "./TotpSetup";

type Way = "app" | "passkey";

export function EnrolmentStep({ step, onRestart }: { step: SecondStep; onRestart: () => void }) {
  const { t } = useTranslation();
  const [way, setWay] = useState<Way | null>(null);
  const [gain, setGain] = useState<Enrolled | null>(null);
  const finish = useFinishSignIn();
  if (gain !== null) {
    const goOn = () => finish.mutate({ token: gain.factor_token ?? "" });
    return (
      <Stack>
        {finish.isError && <ErrorNotice sentence={sentenceOf(finish.error)} onRetry={onRestart} retryLabel={t("Start again")} />}
        <RecoveryCodes codes={gain.recovery_codes ?? []} doneLabel={t("Continue")} isPending={finish.isPending} onDone={goOn} />
      </Stack>
    );
  }
  if (way === null) return <WayChoice onChoose={setWay} />;
  const Setup = way === "app" ? TotpSetup : PasskeySetup;
  return (
    <Stack>
      <Setup token={step.token} onEnrolled={setGain} />
      <Anchor component="button" type="button" underline="always" onClick={() => setWay(null)}>{t("Choose another way")}</Anchor>
    </Stack>
  );
}

function WayChoice({ onChoose }: { onChoose: (way: Way) => void }) {
  const { t } = useTranslation();
  return (
    <Stack>
      <Button variant="default" fullWidth autoFocus leftSection={<Smartphone size={18} aria-hidden />} onClick={() => onChoose("app")}>
        {t("Use an authenticator app")}
      </Button>
      {canUsePasskeys() && (
        <Button variant="default" fullWidth leftSection={<Fingerprint size={18} aria-hidden />} onClick={() => onChoose("passkey")}>
          {t("Use a passkey")}
        </Button>
      )}
    </Stack>
  );
}

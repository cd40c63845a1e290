/** Whatever is about to be done with a factor: first the proof that it is you, then the thing itself. */
import { Modal } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Enrolled, Factors } from "@/api/shapes";
import { useReloadFactors } from "../api/factors";
import { type Intent, needsProof, titleOf } from "../model/intents";
import { NewCodes } from "./NewCodes";
import { PasskeyRename } from "./PasskeyRename";
import { PasskeySetup } from "./PasskeySetup";
import { ProofForm } from "./ProofForm";
import { RecoveryCodes } from "./RecoveryCodes";
import { RemovalQuestion } from "./RemovalQuestion";
import { TotpSetup } from "./TotpSetup";

interface FactorDialogProps {
  intent: Intent;
  factors: Factors;
  /** It was proven not long ago. */
  isTrusted: boolean;
  onProven: () => void;
  onClose: () => void;
  onDone: (news: string) => void;
}

export function FactorDialog({ intent, factors, isTrusted, onProven, onClose, onDone }: FactorDialogProps) {
  const { t } = useTranslation();
  const [isProven, setIsProven] = useState(isTrusted || !needsProof(intent));
  /** Codes that are shown this once, and what to tell when they are put away. */
  const [shown, setShown] = useState<{ codes: string[]; news: string } | null>(null);
  const reload = useReloadFactors();
  const finish = (news: string) => {
    void reload();
    onDone(news);
  };
  const goOn = () => {
    setIsProven(true);
    onProven();
  };
  const enrolled = (news: string) => (gain: Enrolled) =>
    gain.recovery_codes === null ? finish(news) : setShown({ codes: gain.recovery_codes, news });
  const content = () => {
    if (shown !== null) return <RecoveryCodes codes={shown.codes} doneLabel={t("Done")} onDone={() => finish(shown.news)} />;
    if (!isProven) return <ProofForm factors={factors} onProven={goOn} />;
    switch (intent.kind) {
      case "set-up-app":
        return <TotpSetup token={null} onEnrolled={enrolled(t("The authenticator app is set up."))} />;
      case "add-passkey":
        return <PasskeySetup token={null} onEnrolled={enrolled(t("The passkey is set up."))} />;
      case "renew-codes":
        return <NewCodes onCancel={onClose} onMade={(codes) => setShown({ codes, news: t("You have new recovery codes.") })} />;
      case "rename-passkey":
        return <PasskeyRename passkey={intent.passkey} onCancel={onClose} onDone={() => finish(t("The passkey has its new name."))} />;
      default:
        return <RemovalQuestion intent={intent} factors={factors} onCancel={onClose} onDone={finish} />;
    }
  };
  return (
    <Modal opened onClose={shown === null ? onClose : () => finish(shown.news)} title={t(titleOf(intent))} centered
      closeOnClickOutside={shown === null} closeButtonProps={{ "aria-label": t("Close") }}>
      {content()}
    </Modal>
  );
}

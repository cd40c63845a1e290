/** One's own second factors: what there is, and ways to add and remove. */
import { Loader } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { canUsePasskeys } from "@/api/passkey-device";
import { sentenceOf } from "@/api/problem";
import type { Factors } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useFactors } from "../api/factors";
import type { Intent } from "../model/intents";
import { AppPart } from "./AppPart";
import { CodesPart } from "./CodesPart";
import { FactorDialog } from "./FactorDialog";
import classes from "./Factors.module.css";
import { PasskeysPart } from "./PasskeysPart";

// The service trusts a proof for ten minutes; the last one is for doing what was begun.
const PROOF_LASTS_MS = 540_000;

export function SecuritySection() {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useFactors();
  if (isPending) return <div role="status" aria-label={t("Loading")} className={classes.loading}><Loader aria-hidden /></div>;
  if (data === undefined) return <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  return <FactorList factors={data} />;
}

function FactorList({ factors }: { factors: Factors }) {
  const { t } = useTranslation();
  const [intent, setIntent] = useState<Intent | null>(null);
  const [isTrusted, setIsTrusted] = useState(false);
  const [news, setNews] = useState<string | null>(null);
  const trustedUntil = useRef(0);
  const note = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // The button that opened the dialog may have gone with what it did.
    if (news !== null) note.current?.focus();
  }, [news]);
  const begin = (next: Intent) => {
    setNews(null);
    setIsTrusted(Date.now() < trustedUntil.current);
    setIntent(next);
  };
  const noteProof = () => {
    trustedUntil.current = Date.now() + PROOF_LASTS_MS;
  };
  const finish = (told: string) => {
    setIntent(null);
    setNews(told);
  };
  const hasFactor = factors.totp !== null || factors.passkeys.length > 0;
  return (
    <>
      <p className={classes.quiet}>
        {hasFactor
          ? t("Besides your password, signing in needs one of these.")
          : t("A second factor protects your account even when somebody knows your password.")}
        {factors.is_required && ` ${t("Your role needs at least one.")}`}
      </p>
      <p ref={note} role="status" tabIndex={-1} className={classes.news}>{news}</p>
      <AppPart totp={factors.totp} onIntent={begin} />
      <PasskeysPart passkeys={factors.passkeys} canAdd={canUsePasskeys()} onIntent={begin} />
      {hasFactor && <CodesPart left={factors.recovery_codes_left} onIntent={begin} />}
      {intent !== null && (
        <FactorDialog intent={intent} factors={factors} isTrusted={isTrusted} onProven={noteProof} onClose={() => setIntent(null)} onDone={finish} />
      )}
    </>
  );
}

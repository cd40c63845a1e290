/** Sets an authenticator app up: its secret as a picture and as text, then the first code. */
import { Button, Loader, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiError, sentenceOf } from "@/api/problem";
import type { Enrolled } from "@/api/shapes";
import { CopyButton } from "@/components/CopyButton";
import { ErrorNotice } from "@/components/ErrorNotice";
import { type EnrolmentToken, useConfirmTotp, useNewTotp } from "../api/enrolment";
import { inGroups } from "../model/texts";
import classes from "./Factors.module.css";

interface TotpSetupProps {
  token: EnrolmentToken;
  onEnrolled: (gain: Enrolled) => void;
}

export function TotpSetup({ token, onEnrolled }: TotpSetupProps) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch } = useNewTotp(token);
  const confirm = useConfirmTotp(token);
  const [code, setCode] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(code.trim(), { onSuccess: onEnrolled });
  };
  const beginAgain = () => {
    confirm.reset();
    setCode("");
    void refetch();
  };
  if (isPending) return <div role="status" aria-label={t("Loading")} className={classes.loading}><Loader aria-hidden /></div>;
  if (data === undefined) return <ErrorNotice sentence={sentenceOf(error)} onRetry={() => void refetch()} />;
  const isOver = confirm.error instanceof ApiError && confirm.error.code === "enrolment_not_found";
  return (
    <form onSubmit={submit}>
      <Stack>
        <p>{t("Scan this with an authenticator app, such as the one in your password manager.")}</p>
        <img className={classes.picture} src={data.qr_code} alt={t("QR code that holds the key below")} width={220} height={220} />
        <div className={classes.secret}>
          <span>{t("Or type this key into the app:")}</span>
          <code className={classes.key}>{inGroups(data.secret)}</code>
          <CopyButton text={data.secret} label={t("Copy key")} />
        </div>
        <TextInput label={t("Code from your app")} description={t("Six digits that change every half minute.")} autoComplete="one-time-code" inputMode="numeric"
          spellCheck={false} required withAsterisk={false} data-autofocus value={code} onChange={(event) => setCode(event.currentTarget.value)} />
        {confirm.isError && (
          <ErrorNotice sentence={sentenceOf(confirm.error)} onRetry={isOver ? beginAgain : undefined} retryLabel={t("Begin again")} />
        )}
        <Button type="submit" fullWidth loading={confirm.isPending}>{t("Set up the app")}</Button>
      </Stack>
    </form>
  );
}

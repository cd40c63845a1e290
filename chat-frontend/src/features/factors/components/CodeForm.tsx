/** Takes a code of the authenticator app, or a recovery code in its place. */
import { Anchor, Button, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";

interface CodeFormProps {
  hasApp: boolean;
  hasRecoveryCodes: boolean;
  submitLabel: string;
  isPending: boolean;
  onSubmit: (code: string) => void;
}

export function CodeForm({ hasApp, hasRecoveryCodes, submitLabel, isPending, onSubmit }: CodeFormProps) {
  const { t } = useTranslation();
  const [isRecovery, setIsRecovery] = useState(!hasApp);
  const [code, setCode] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(code.trim());
  };
  const change = (other: boolean) => {
    setIsRecovery(other);
    setCode("");
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        {isRecovery ? (
          <TextInput key="recovery" label={t("Recovery code")} description={t("One of the codes that you stored. Each is good once.")} autoComplete="off" autoCapitalize="none"
            spellCheck={false} required withAsterisk={false} autoFocus data-autofocus
            value={code} onChange={(event) => setCode(event.currentTarget.value)} />
        ) : (
          <TextInput key="app" label={t("Code from your app")} description={t("Six digits that change every half minute.")} autoComplete="one-time-code" inputMode="numeric"
            spellCheck={false} required withAsterisk={false} autoFocus data-autofocus
            value={code} onChange={(event) => setCode(event.currentTarget.value)} />
        )}
        <Button type="submit" fullWidth loading={isPending}>{submitLabel}</Button>
        {hasApp && hasRecoveryCodes && (
          <Anchor component="button" type="button" underline="always" onClick={() => change(!isRecovery)}>
            {isRecovery ? t("Use a code from your app") : t("Use a recovery code")}
          </Anchor>
        )}
      </Stack>
    </form>
  );
}

/** Asks once more who is there, before factors change: by password, code or passkey. */
import { Anchor, Button, PasswordInput, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { canUsePasskeys } from "@/api/passkey-device";
import { sentenceOf } from "@/api/problem";
import type { Factors } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Fingerprint } from "@/components/icons";
import { revealButton } from "@/components/password-text";
import { type Proof, useProve } from "../api/factors";
import { CodeForm } from "./CodeForm";

export function ProofForm({ factors, onProven }: { factors: Factors; onProven: () => void }) {
  const { t } = useTranslation();
  const [byCode, setByCode] = useState(false);
  const [password, setPassword] = useState("");
  const prove = useProve();
  const show = (proof: Proof) => prove.mutate(proof, { onSuccess: onProven });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    show({ current_password: password });
  };
  const change = (other: boolean) => {
    prove.reset();
    setByCode(other);
  };
  return (
    <Stack>
      <p>{t("Confirm that it is you. For ten minutes you can then change your factors.")}</p>
      {prove.isError && <ErrorNotice sentence={sentenceOf(prove.error)} />}
      {byCode ? (
        <CodeForm hasApp hasRecoveryCodes={false} submitLabel={t("Confirm")} isPending={prove.isPending} onSubmit={(code) => show({ code })} />
      ) : (
        <form onSubmit={submit}>
          <Stack>
            <PasswordInput label={t("Current password")} autoComplete="current-password" required withAsterisk={false} autoFocus data-autofocus
              value={password} onChange={(event) => setPassword(event.currentTarget.value)} visibilityToggleButtonProps={revealButton} />
            <Button type="submit" fullWidth loading={prove.isPending}>{t("Confirm")}</Button>
          </Stack>
        </form>
      )}
      {factors.passkeys.length > 0 && canUsePasskeys() && (
        <Button variant="default" fullWidth leftSection={<Fingerprint size={18} aria-hidden />} disabled={prove.isPending} onClick={() => show("passkey")}>
          {t("Use your passkey")}
        </Button>
      )}
      {factors.totp !== null && (
        <Anchor component="button" type="button" underline="always" onClick={() => change(!byCode)}>
          {byCode ? t("Use your password") : t("Use a code from your app")}
        </Anchor>
      )}
    </Stack>
  );
}

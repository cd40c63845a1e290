/** Signs in with a passkey alone: no name, no password. */
import { Button, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { Fingerprint } from "@/components/icons";
import { usePasskeySignIn } from "../api/sign-in";

export function PasskeySignIn() {
  const { t } = useTranslation();
  const signIn = usePasskeySignIn();
  return (
    <Stack mt="md">
      {signIn.isError && <ErrorNotice sentence={sentenceOf(signIn.error)} />}
      <Button variant="default" fullWidth leftSection={<Fingerprint size={18} aria-hidden />} loading={signIn.isPending}
        onClick={() => signIn.mutate()}>
        {t("Sign in with a passkey")}
      </Button>
    </Stack>
  );
}

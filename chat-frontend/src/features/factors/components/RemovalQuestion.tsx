/** Asks before a factor is removed. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import type { Factors } from "@/api/shapes";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useRemoveFactor } from "../api/factors";
import type { Intent } from "../model/intents";

interface RemovalQuestionProps {
  intent: Extract<Intent, { kind: "remove-app" | "remove-passkey" }>;
  factors: Factors;
  onCancel: () => void;
  onDone: (news: string) => void;
}

export function RemovalQuestion({ intent, factors, onCancel, onDone }: RemovalQuestionProps) {
  const { t } = useTranslation();
  const remove = useRemoveFactor();
  const isApp = intent.kind === "remove-app";
  const isLast = factors.passkeys.length + (factors.totp === null ? 0 : 1) === 1;
  const confirm = () =>
    remove.mutate(isApp ? "totp" : { passkeyId: intent.passkey.id }, {
      onSuccess: () => onDone(isApp ? t("The authenticator app is removed.") : t("The passkey is removed.")),
    });
  return (
    <Stack>
      <Text>
        {isApp
          ? t("The app’s codes will no longer let you in, and all your other devices are signed out.")
          : t("The passkey “{{name}}” will no longer let you in, and all your other devices are signed out.", { name: intent.passkey.name })}
      </Text>
      {isLast && <Text>{t("It is your last factor: from then on your password alone is enough, and your recovery codes are gone.")}</Text>}
      {remove.isError && <ErrorNotice sentence={sentenceOf(remove.error)} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel} autoFocus>{t("Cancel")}</Button>
        <Button color="red.8" loading={remove.isPending} onClick={confirm}>{t("Remove")}</Button>
      </Group>
    </Stack>
  );
}

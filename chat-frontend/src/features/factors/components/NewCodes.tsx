/** Asks before recovery codes are made anew, which makes the ones before worthless. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { sentenceOf } from "@/api/problem";
import { ErrorNotice } from "@/components/ErrorNotice";
import { useRenewCodes } from "../api/factors";

export function NewCodes({ onCancel, onMade }: { onCancel: () => void; onMade: (codes: string[]) => void }) {
  const { t } = useTranslation();
  const renew = useRenewCodes();
  const confirm = () => renew.mutate(undefined, { onSuccess: (made) => onMade(made.recovery_codes) });
  return (
    <Stack>
      <Text>{t("You get ten new codes. The ones that you have stored are then no longer good.")}</Text>
      {renew.isError && <ErrorNotice sentence={sentenceOf(renew.error)} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel} autoFocus>{t("Cancel")}</Button>
        <Button loading={renew.isPending} onClick={confirm}>{t("Make new codes")}</Button>
      </Group>
    </Stack>
  );
}

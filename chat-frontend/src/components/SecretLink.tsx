/** Shows a link that is given out once, to be handed on. */
import { Group, Stack, Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { CopyButton } from "./CopyButton";

export function SecretLink({ link, note }: { link: string; note: string }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs">
      <Group align="flex-end" gap="sm">
        <TextInput label={t("Link")} value={link} readOnly flex={1} miw={0} styles={{ input: { textOverflow: "ellipsis" } }} data-autofocus onFocus={(event) => event.currentTarget.select()} />
        <CopyButton text={link} label={t("Copy")} />
      </Group>
      <Text size="sm" c="dimmed">{note}</Text>
    </Stack>
  );
}

/** Shows a new API key, which nobody can show again. */
import { Button, Group, Stack, Textarea } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import type { NewApiKey } from "@/api/shapes";
import { Check, Copy } from "@/components/icons";
import classes from "./ApiKeysSection.module.css";

export function NewApiKeyNotice({ apiKey, onClose }: { apiKey: NewApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 2000 });
  return (
    <Stack>
      <p className={classes.warning} role="status">
        {t("This is the only time that the key is shown. Copy it now, and keep it where nobody else can read it.")}
      </p>
      <Textarea label={t("API key “{{name}}”", { name: apiKey.name })} value={apiKey.key} readOnly autoFocus spellCheck={false} rows={3}
        classNames={{ input: classes.key }} onFocus={(event) => event.currentTarget.select()} />
      {clipboard.error !== null && <p role="alert">{t("The browser did not let the page copy. The key is selected: copy it by hand.")}</p>}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => clipboard.copy(apiKey.key)}
          leftSection={clipboard.copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}>
          {clipboard.copied ? t("Copied") : t("Copy key")}
        </Button>
        <Button onClick={onClose}>{t("Done")}</Button>
      </Group>
    </Stack>
  );
}

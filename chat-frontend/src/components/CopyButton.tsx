/** Copies a text, and says whether that went well. */
import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { useTranslation } from "react-i18next";
import { Check, Copy } from "./icons";

export function CopyButton({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  const clipboard = useClipboard({ timeout: 2000 });
  return (
    <Button variant="default" size="compact-sm" onClick={() => clipboard.copy(text)}
      leftSection={clipboard.copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}>
      {clipboard.copied ? t("Copied") : clipboard.error ? t("Copy failed") : label}
    </Button>
  );
}

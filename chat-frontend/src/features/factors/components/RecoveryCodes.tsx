/** Shows recovery codes, which nobody can show again, with ways to keep them. */
import { Button, Group, Stack } from "@mantine/core";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "@/components/CopyButton";
import { Download } from "@/components/icons";
import { codesFile } from "../model/texts";
import classes from "./Factors.module.css";

interface RecoveryCodesProps {
  codes: string[];
  doneLabel: string;
  isPending?: boolean;
  onDone: () => void;
}

export function RecoveryCodes({ codes, doneLabel, isPending = false, onDone }: RecoveryCodesProps) {
  const { t } = useTranslation();
  const start = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    // What had the focus went with the form before this.
    start.current?.focus();
  }, []);
  return (
    <Stack>
      <p ref={start} tabIndex={-1} className={classes.start}>
        {t("Store these recovery codes where you find them without your phone. Each lets you in once, should you lose your other factors.")}{" "}
        <strong>{t("They are shown only now.")}</strong>
      </p>
      <ul className={classes.codes} aria-label={t("Recovery codes")}>
        {codes.map((code) => <li key={code}><code>{code}</code></li>)}
      </ul>
      <Group gap="xs">
        <CopyButton text={codes.join("\n")} label={t("Copy codes")} />
        <Button component="a" variant="default" size="compact-sm" href={codesFile(codes)} download="convoai-recovery-codes.txt"
          leftSection={<Download size={16} aria-hidden />}>
          {t("Download codes")}
        </Button>
      </Group>
      <Button fullWidth loading={isPending} onClick={onDone}>{doneLabel}</Button>
    </Stack>
  );
}

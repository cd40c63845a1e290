/** A block of code with its language, a copy button, and colours once it is finished. */
import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import type { Root } from "hast";
import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import { memo, type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Fragment, jsx, jsxs } from "react/jsx-runtime";
import { Check, Copy } from "@/components/icons";
import classes from "./CodeBlock.module.css";

interface CodeBlockProps {
  code: string;
  language: string | null;
  isFinished: boolean;
  /** A further button. */
  action?: ReactNode;
  /** Why there is only the code. */
  note?: string | null;
  /** Shown in the code's place. */
  children?: ReactNode;
}

/** Colours come in their own chunk, loaded with the first finished block of code. */
function useColours(code: string, language: string | null, isFinished: boolean): Root | null {
  const [tree, setTree] = useState<Root | null>(null);
  useEffect(() => {
    if (!isFinished || language === null) return undefined;
    let isWanted = true;
    const colour = async () => {
      const { colourCode } = await import("./highlighting");
      if (isWanted) setTree(colourCode(code, language));
    };
    // Without its chunk the code is readable all the same, only without colours.
    colour().catch((error: unknown) => console.warn("Code colours could not be loaded.", error));
    return () => {
      isWanted = false;
    };
  }, [code, language, isFinished]);
  return isFinished ? tree : null;
}

export const CodeBlock = memo(function CodeBlock({ code, language, isFinished, action, note, children }: CodeBlockProps) {
  const { t } = useTranslation();
  const colours = useColours(code, language, isFinished);
  const clipboard = useClipboard({ timeout: 2000 });
  const name = language ?? t("text");
  return (
    <figure className={classes.frame} aria-label={t("Code, {{language}}", { language: name })}>
      <figcaption className={classes.bar}>
        <span className={classes.name}>{name}</span>
        {action}
        <Button variant="subtle" size="compact-xs" className={classes.copy} onClick={() => clipboard.copy(code)}
          leftSection={clipboard.copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}>
          {clipboard.copied ? t("Copied") : clipboard.error ? t("Copy failed") : t("Copy code")}
        </Button>
      </figcaption>
      {note && <p className={classes.note}>{note}</p>}
      {children ?? (
        <pre className={classes.code} tabIndex={0}>
          <code>{colours === null ? code : toJsxRuntime(colours, { Fragment, jsx, jsxs })}</code>
        </pre>
      )}
    </figure>
  );
});

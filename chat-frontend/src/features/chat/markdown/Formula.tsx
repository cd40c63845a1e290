/** A formula, drawn once it is finished; until then, and where it cannot be drawn, its source. */
import { memo, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Formula.module.css";

interface FormulaProps {
  source: string;
  isDisplay: boolean;
  isFinished: boolean;
}

export const Formula = memo(function Formula({ source, isDisplay, isFinished }: FormulaProps) {
  const { t } = useTranslation();
  const place = useRef<HTMLSpanElement>(null);
  const [state, setState] = useState<"source" | "drawn" | "failed">("source");
  useEffect(() => {
    if (!isFinished) return undefined;
    let isWanted = true;
    const draw = async () => {
      const { drawFormula } = await import("./formulas");
      if (isWanted && place.current !== null) setState(drawFormula(source, isDisplay, place.current) ? "drawn" : "failed");
    };
    // Without its chunk the source is there all the same.
    draw().catch((error: unknown) => console.warn("Formulas could not be loaded.", error));
    return () => {
      isWanted = false;
    };
  }, [source, isDisplay, isFinished]);
  const isDrawn = state === "drawn" && isFinished;
  return (
    <span className={isDisplay ? classes.display : classes.inline} data-formula={isFinished ? state : "source"} {...(isDrawn && isDisplay ? { tabIndex: 0 } : {})}>
      <span ref={place} hidden={!isDrawn} />
      {!isDrawn && <code className={classes.source}>{source}</code>}
      {state === "failed" && isFinished && <span className={classes.note}> {t("(not a formula that can be drawn)")}</span>}
    </span>
  );
});

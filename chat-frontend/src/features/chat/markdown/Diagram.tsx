/** A diagram, drawn once it is finished, with its source behind a button; where it cannot be drawn, the source with a note. */
import { Button, useComputedColorScheme } from "@mantine/core";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { SquareTerminal } from "@/components/icons";
import classes from "./CodeBlock.module.css";
import { CodeBlock } from "./CodeBlock";
import type { Drawing } from "./diagrams";

type State = { phase: "drawing" } | { phase: "drawn"; drawing: Drawing } | { phase: "failed" };

function useDrawing(source: string): State {
  const isDark = useComputedColorScheme("light") === "dark";
  const [state, setState] = useState<State>({ phase: "drawing" });
  useEffect(() => {
    let isWanted = true;
    const draw = async () => {
      const { drawDiagram } = await import("./diagrams");
      const drawing = await drawDiagram(source, isDark);
      if (isWanted) setState(drawing === null ? { phase: "failed" } : { phase: "drawn", drawing });
    };
    // Without its chunk the source is there all the same.
    draw().catch((error: unknown) => console.warn("Diagrams could not be loaded.", error));
    return () => {
      isWanted = false;
    };
  }, [source, isDark]);
  return state;
}

export function Diagram({ source }: { source: string }) {
  const { t } = useTranslation();
  const state = useDrawing(source);
  const [showsSource, setShowsSource] = useState(false);
  if (state.phase !== "drawn") {
    const note = state.phase === "failed" ? t("This is not a diagram that can be drawn here, so its source is shown.") : null;
    return <CodeBlock code={source} language="mermaid" isFinished={false} note={note} />;
  }
  const { address, width, height } = state.drawing;
  const toggle = (
    <Button variant="subtle" size="compact-xs" className={classes.copy} leftSection={<SquareTerminal size={14} aria-hidden />}
      aria-pressed={showsSource} onClick={() => setShowsSource(!showsSource)}>
      {t("Source")}
    </Button>
  );
  return (
    <CodeBlock code={source} language="mermaid" isFinished={false} action={toggle}>
      {showsSource ? null : (
        <div className={classes.drawing} data-diagram>
          <img src={address} width={Math.ceil(width)} height={Math.ceil(height)} alt={t("Diagram; its source is behind the button “Source”.")} />
        </div>
      )}
    </CodeBlock>
  );
}

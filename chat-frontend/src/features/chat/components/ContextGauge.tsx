/** How full the model's window is: a ring, with the figures on hover, focus and touch. */
import { Tooltip } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { FLOATING_ID } from "@/config/floating";
import type { LiveMessage } from "@/realtime/conversation-state";
import { contextSentence, contextUse } from "../model/context-use";
import classes from "./ContextGauge.module.css";

const RADIUS = 8;
const AROUND = 2 * Math.PI * RADIUS;

interface ContextGaugeProps {
  messages: LiveMessage[];
  /** How much the chosen model reads; null where nobody has said. */
  windowTokens: number | null;
}

export function ContextGauge({ messages, windowTokens }: ContextGaugeProps) {
  const { t } = useTranslation();
  const use = contextUse(messages, windowTokens);
  if (use === null) return null;
  const sentence = contextSentence(use);
  return (
    <Tooltip label={sentence} multiline w={260} events={{ hover: true, focus: true, touch: true }} portalProps={{ target: `#${FLOATING_ID}` }}>
      <span className={classes.gauge} role="meter" tabIndex={0} aria-label={t("What the model can read")} aria-valuemin={0}
        aria-valuemax={100} aria-valuenow={use.percent} aria-valuetext={sentence} data-full={use.percent >= 80 || undefined}>
        <svg width="22" height="22" viewBox="0 0 22 22" aria-hidden>
          <circle cx="11" cy="11" r={RADIUS} className={classes.ground} />
          <circle cx="11" cy="11" r={RADIUS} className={classes.filled} strokeDasharray={`${(AROUND * use.percent) / 100} ${AROUND}`} transform="rotate(-90 11 11)" />
        </svg>
        <span className={classes.percent} aria-hidden>{use.percent} %</span>
      </span>
    </Tooltip>
  );
}

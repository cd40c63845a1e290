/** Owns how full a model's window is, and where what it still sees begins. */
import { t } from "i18next";
import { formatNumber } from "@/i18n/format";
import type { LiveMessage } from "@/realtime/conversation-state";

// As the service estimates where nobody has counted (docs/decisions/0020-context-window.md).
const BYTES_PER_TOKEN = 3.5;

export interface ContextUse {
  used: number;
  window: number;
  /** 0 to 100, whole. */
  percent: number;
  isEstimate: boolean;
  /** How many messages the model saw for the newest answer. */
  messages: number;
}

/** The use of the newest answer; null where none tells, or where nobody knows how much the model reads. */
export function contextUse(messages: LiveMessage[], windowTokens: number | null): ContextUse | null {
  const answer = messages.findLast(({ context }) => context !== null);
  const context = answer?.context ?? null;
  const window = windowTokens ?? context?.window_tokens ?? null;
  if (answer === undefined || context === null || window === null) return null;
  const { usage, content, reasoning } = answer;
  const used = usage?.total_tokens ?? context.prompt_tokens + tokensOf(content + (reasoning?.content ?? ""));
  const percent = Math.min(100, Math.round((100 * used) / window));
  return { used, window, percent, isEstimate: usage === null, messages: context.messages };
}

/** The figures in words. */
export function contextSentence({ used, window, percent, isEstimate, messages }: ContextUse): string {
  const figures = { used: formatNumber(used), window: formatNumber(window), percent };
  const filled = isEstimate
    ? t("About {{used}} of {{window}} tokens that the model can read are used ({{percent}} %).", figures)
    : t("{{used}} of {{window}} tokens that the model can read are used ({{percent}} %).", figures);
  return `${filled} ${t("For the last answer it saw {{count, number}} messages.", { count: messages })}`;
}

/** The key of the first message that the model saw for the newest answer, if there are any above it; else null. */
export function contextStart(messages: LiveMessage[]): string | null {
  const firstId = messages.findLast(({ context }) => context !== null)?.context?.first_message_id ?? null;
  // Messages that are not stored have a key alone.
  const index = firstId === null ? -1 : messages.findLastIndex(({ id, key }) => firstId === (id ?? key));
  const first = messages[index];
  return first !== undefined && (index > 0 || Boolean(first.parentId)) ? first.key : null;
}

function tokensOf(text: string): number {
  return Math.round(new TextEncoder().encode(text).length / BYTES_PER_TOKEN);
}

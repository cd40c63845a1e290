/** The frames of `/ws/metrics` (docs/websocket-protocol.md), as types and as a check of what arrives. */
import type { Summary } from "@/api/shapes";

export type MetricsFrame = ({ type: "summary"; as_of: string } & Summary) | { type: "heartbeat"; as_of: string } | { type: "pong" } | { type: "error" };

const numbers: (keyof Summary)[] = [
  "total_users", "active_users_today", "total_conversations", "total_messages", "total_tokens_used", "avg_response_time", "error_rate",
];

/** Read one frame. Null for what this page does not know: a newer service may say more. */
export function parseMetricsFrame(data: unknown): MetricsFrame | null {
  if (typeof data !== "string") return null;
  try {
    const value: unknown = JSON.parse(data);
    return isMetricsFrame(value) ? value : null;
  } catch {
    return null;
  }
}

function isMetricsFrame(value: unknown): value is MetricsFrame {
  if (typeof value !== "object" || value === null) return false;
  const frame = value as Record<string, unknown>;
  if (frame.type === "summary") return numbers.every((name) => typeof frame[name] === "number");
  return frame.type === "heartbeat" || frame.type === "pong" || frame.type === "error";
}

/** The figures alone, as `GET /analytics/summary` gives them. */
export function summaryOf(frame: Extract<MetricsFrame, { type: "summary" }>): Summary {
  const { type: _type, as_of: _asOf, ...summary } = frame;
  return summary;
}

/** Owns which figures the panel shows, and how each one reads. */
import { t } from "i18next";
import type { LucideIcon } from "lucide-react";
import type { Summary } from "@/api/shapes";
import { Clock, Coins, MessageCircle, MessagesSquare, UserCheck, Users } from "@/components/icons";
import { formatNumber } from "@/i18n/format";
import { phrase } from "@/i18n/phrase";

export interface Figure {
  label: string;
  colour: string;
  Icon: LucideIcon;
  read: (summary: Summary) => string;
}

const whole = (value: number) => formatNumber(Math.round(value));

export const figures: Figure[] = [
  { label: phrase("Total users"), colour: "#4a90e2", Icon: Users, read: (summary) => whole(summary.total_users) },
  { label: phrase("Active today"), colour: "#f5a623", Icon: UserCheck, read: (summary) => whole(summary.active_users_today) },
  { label: phrase("Conversations"), colour: "#7ed321", Icon: MessagesSquare, read: (summary) => whole(summary.total_conversations) },
  { label: phrase("Messages"), colour: "#bd10e0", Icon: MessageCircle, read: (summary) => whole(summary.total_messages) },
  { label: phrase("Tokens used"), colour: "#ff6b6b", Icon: Coins, read: (summary) => whole(summary.total_tokens_used) },
  // The service answers in seconds.
  { label: phrase("Average response"), colour: "#4ecdc4", Icon: Clock, read: (summary) => `${whole(summary.avg_response_time * 1000)} ms` },
];

export function errorRateSentence(summary: Summary): string {
  const rate = formatNumber(summary.error_rate, { style: "percent", maximumFractionDigits: 1 });
  return t("Error rate today: {{rate}}", { rate });
}

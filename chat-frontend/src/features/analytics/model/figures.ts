/** Owns which figures the panel shows, and how each one reads. */
import type { LucideIcon } from "lucide-react";
import type { Summary } from "@/api/shapes";
import { Clock, Coins, MessageCircle, MessagesSquare, UserCheck, Users } from "@/components/icons";

export interface Figure {
  label: string;
  colour: string;
  Icon: LucideIcon;
  read: (summary: Summary) => string;
}

const whole = (value: number) => Math.round(value).toLocaleString("en");
const percent = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });

export const figures: Figure[] = [
  { label: "Total users", colour: "#4a90e2", Icon: Users, read: (summary) => whole(summary.total_users) },
  { label: "Active today", colour: "#f5a623", Icon: UserCheck, read: (summary) => whole(summary.active_users_today) },
  { label: "Conversations", colour: "#7ed321", Icon: MessagesSquare, read: (summary) => whole(summary.total_conversations) },
  { label: "Messages", colour: "#bd10e0", Icon: MessageCircle, read: (summary) => whole(summary.total_messages) },
  { label: "Tokens used", colour: "#ff6b6b", Icon: Coins, read: (summary) => whole(summary.total_tokens_used) },
  // The service answers in seconds.
  { label: "Average response", colour: "#4ecdc4", Icon: Clock, read: (summary) => `${whole(summary.avg_response_time * 1000)} ms` },
];

export function errorRateSentence(summary: Summary): string {
  return `Error rate today: ${percent.format(summary.error_rate)}`;
}

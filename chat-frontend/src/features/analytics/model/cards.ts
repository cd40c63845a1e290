/** Owns which figures sum a period up, and what each is called. */
import type { Period } from "@/api/shapes";
import { phrase } from "@/i18n/phrase";
import { changeOf, type Change } from "./changes";
import type { Unit } from "./units";

interface CardKind {
  label: string;
  unit: Unit;
  read: (period: Period) => number | null;
  /** It says something of everything together alone. */
  isOfAll?: boolean;
}

/** Of all thumbs those that point up. */
function thumbsShare({ figures: { thumbs_up: up, thumbs_down: down } }: Period): number | null {
  return up + down === 0 ? null : up / (up + down);
}

const KINDS: CardKind[] = [
  { label: phrase("Active people"), unit: "count", read: (period) => period.active_people, isOfAll: true },
  { label: phrase("Messages"), unit: "count", read: ({ figures }) => figures.messages },
  { label: phrase("Conversations begun"), unit: "count", read: ({ figures }) => figures.conversations },
  { label: phrase("Tokens"), unit: "count", read: ({ figures }) => figures.total_tokens },
  { label: phrase("Cost"), unit: "usd", read: ({ figures }) => figures.cost_usd },
  { label: phrase("Time to answer"), unit: "seconds", read: ({ figures }) => figures.avg_answer_seconds },
  { label: phrase("First token"), unit: "seconds", read: ({ figures }) => figures.avg_first_token_seconds },
  { label: phrase("Failed answers"), unit: "share", read: ({ figures }) => figures.failed_share },
  { label: phrase("Failed requests"), unit: "share", read: ({ figures }) => figures.error_rate },
  { label: phrase("Thumbs up"), unit: "share", read: thumbsShare },
  { label: phrase("New people"), unit: "count", read: ({ figures }) => figures.registrations, isOfAll: true },
];

export interface Card {
  label: string;
  unit: Unit;
  value: number | null;
  before: number | null;
  change: Change | null;
}

export function cardsOf(period: Period, before: Period | null, isOfAll: boolean): Card[] {
  return KINDS.filter((kind) => isOfAll || !kind.isOfAll).map(({ label, unit, read }) => {
    const [value, earlier] = [read(period), before === null ? null : read(before)];
    return { label, unit, value, before: earlier, change: changeOf(value, earlier) };
  });
}

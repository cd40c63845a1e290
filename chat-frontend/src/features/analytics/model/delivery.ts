/** Owns how the state of events on their way is told: which senders there are, and in which words they are spoken of. */
import { t } from "i18next";
import type { Delivery, Sender } from "@/api/shapes";
import { exactTime, timeAgo } from "@/components/times";
import { phrase } from "@/i18n/phrase";
import type { ExportTable } from "./export-file";
import type { Unit } from "./units";

/** Every installation has them: one that says nothing is missed. */
const SERVICES = ["auth-service", "chat-service"];

export const STATES: Record<Sender["state"], string> = { running: phrase("Reports"), silent: phrase("Silent"), ended: phrase("Ended") };

/** Processes that run or should, and those that said that they ended. */
export function sendersOf({ senders }: Delivery): { present: Sender[]; ended: Sender[] } {
  return { present: senders.filter(({ state }) => state !== "ended"), ended: senders.filter(({ state }) => state === "ended") };
}

/** Services of which no process is there, each with when the last one was heard of. */
export function missingOf({ senders }: Delivery): { service: string; heardAt: string | null }[] {
  const missing = SERVICES.filter((service) => senders.every((one) => one.service !== service || one.state === "ended"));
  return missing.map((service) => ({ service, heardAt: senders.find((one) => one.service === service)?.heard_at ?? null }));
}

export function missingSentence({ service, heardAt }: { service: string; heardAt: string | null }): string {
  if (heardAt === null) return t("{{service}} has not reported within a day. It may not run, or not reach this service; what it counts waits there.", { service });
  return t("{{service}} has ended, the last of its processes at {{time}}.", { service, time: exactTime(heardAt) });
}

export function heardSentence({ state, heard_at: heardAt }: Sender): string {
  if (state === "ended") return t("Ended {{time}}", { time: exactTime(heardAt) });
  if (state === "running") return t("Last reported {{ago}}", { ago: timeAgo(heardAt) });
  return t("Has not reported since {{time}}, {{ago}}. Its process was killed, or does not reach this service.", { time: exactTime(heardAt), ago: timeAgo(heardAt) });
}

/** Null where nothing ever went wrong. */
export function troubleSentence({ is_in_trouble: isInTrouble, last_error: error, last_error_at: at }: Sender): string | null {
  if (error === null || at === null) return null;
  const told = { error, time: exactTime(at) };
  return isInTrouble ? t("Cannot deliver its events, at {{time}} for this reason: {{error}}", told) : t("Could not deliver its events at {{time}}, and can again. It was this: {{error}}", told);
}

export function senderTable({ senders }: Delivery): ExportTable {
  return {
    head: t("Sender"),
    columns: [
      { label: t("State"), unit: "text" },
      { label: t("Last reported"), unit: "text" },
      { label: t("Waiting"), unit: "count" },
      { label: t("Oldest waits for"), unit: "seconds" },
      { label: t("Parked there"), unit: "count" },
      { label: t("Requests waiting"), unit: "count" },
      { label: t("Requests dropped"), unit: "count" },
      { label: t("Last error"), unit: "text" },
    ],
    rows: senders.map((one) => ({
      key: one.instance,
      name: one.service,
      values: [one.state, one.heard_at, one.waiting, one.oldest_waiting_seconds, one.parked, one.requests_waiting, one.requests_dropped, one.last_error],
    })),
  };
}

interface DelayFigure {
  key: string;
  name: string;
  value: number | null;
  unit: Unit;
}

export function delayFigures({ delay, parked }: Delivery): DelayFigure[] {
  return [
    { key: "events", name: t("Events"), value: delay.events, unit: "count" },
    { key: "median_seconds", name: t("Half of them took at most"), value: delay.median_seconds, unit: "seconds" },
    { key: "p95_seconds", name: t("95 of 100 took at most"), value: delay.p95_seconds, unit: "seconds" },
    { key: "parked", name: t("Parked here"), value: parked, unit: "count" },
  ];
}

export function delayTable(figures: DelayFigure[]): ExportTable {
  return {
    head: t("Figure"),
    columns: [{ label: t("Value"), unit: "count" }],
    rows: figures.map(({ key, name, value, unit }) => ({ key, name, values: [value], unit })),
  };
}

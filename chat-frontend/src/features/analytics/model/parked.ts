/** Owns what a file says of parked events. */
import { t } from "i18next";
import type { ParkedEvent } from "@/api/shapes";
import type { ExportTable } from "./export-file";

export function parkedTable(events: ParkedEvent[]): ExportTable {
  return {
    head: t("Sender"),
    columns: [t("Parked at"), t("Field"), t("Reason"), t("Its text as it came")].map((label) => ({ label, unit: "text" })),
    rows: events.map((event) => ({ key: event.id, name: event.source, values: [event.parked_at, event.field, event.reason, event.event] })),
  };
}

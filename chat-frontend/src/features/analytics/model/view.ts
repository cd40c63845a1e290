/** Owns what is looked at, as the page's address says it: a reload or a link shows the same. */
import { dayIn, type Days, daysOf, type Interval, intervalOf, isDay, PRESETS, type RangeChoice } from "./ranges";

export interface View {
  range: RangeChoice;
  /** The days of a range that was chosen by hand; of no meaning otherwise. */
  from: string;
  to: string;
  /** Empty for the viewer's own. */
  zone: string;
  isCompared: boolean;
  /** Of which person, model, … the figures are; empty for the list of all. */
  subject: string;
  /** By what a list is sorted; empty for what is usual. */
  sort: string;
}

/** What the service is asked for. */
export interface Scope extends Days {
  timezone: string;
  compare: boolean;
  interval: Interval;
}

export const USUAL: View = { range: "30d", from: "", to: "", zone: "", isCompared: true, subject: "", sort: "" };

/** What belongs to the whole page; the rest is of one section. */
const SHARED = ["range", "from", "to", "zone", "compare"];

export function viewerZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

export function readView(address: URLSearchParams): View {
  const [from, to, zone] = [address.get("from"), address.get("to"), address.get("zone") ?? ""];
  const hasDays = isDay(from) && isDay(to) && from <= to;
  const preset = PRESETS.find((one) => one === address.get("range"));
  return {
    range: preset ?? (hasDays ? "custom" : USUAL.range),
    from: hasDays ? from : "",
    to: hasDays ? to : "",
    zone: zone !== "" && isZone(zone) ? zone : "",
    isCompared: address.get("compare") !== "off",
    subject: address.get("subject") ?? "",
    sort: address.get("sort") ?? "",
  };
}

/** The address with the changes; what is as usual is left out of it. */
export function withView(address: URLSearchParams, change: Partial<View>): URLSearchParams {
  const { range, from, to, zone, isCompared, subject, sort } = { ...readView(address), ...change };
  const isCustom = range === "custom";
  const entries = {
    range: isCustom || range === USUAL.range ? "" : range,
    from: isCustom ? from : "",
    to: isCustom ? to : "",
    zone,
    compare: isCompared ? "" : "off",
    subject,
    sort,
  };
  const next = new URLSearchParams(address);
  for (const [name, value] of Object.entries(entries)) {
    if (value === "") next.delete(name);
    else next.set(name, value);
  }
  return next;
}

/** What goes along to another section: `?range=7d`, or nothing. */
export function sharedPart(address: URLSearchParams): string {
  const kept = new URLSearchParams([...address].filter(([name]) => SHARED.includes(name)));
  return kept.size === 0 ? "" : `?${kept.toString()}`;
}

export function scopeOf({ range, from, to, zone, isCompared }: View, now: number): Scope {
  const timezone = zone === "" ? viewerZone() : zone;
  const days = range === "custom" ? { from, to } : daysOf(range, timezone, now);
  return { ...days, timezone, compare: isCompared, interval: intervalOf(days) };
}

/** What happens at this moment counts in it. */
export function includesNow({ from, to, timezone }: Scope, now: number): boolean {
  const today = dayIn(timezone, now);
  return from <= today && today <= to;
}

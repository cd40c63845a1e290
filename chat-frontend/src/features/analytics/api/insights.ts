/** Asks about ranges of days. What is on screen is asked for anew every 30 s, for as long as the page is looked at,
 * and stays in sight while another range is on its way. */
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { analyticsClient, call, callWithResponse } from "@/api/clients";
import type { paths as AnalyticsPaths } from "@/api/generated/analytics";
import { nextCursor } from "@/api/pagination";
import type { Cut, Metric, Ranked, RankedEndpoint, RankedModel } from "@/api/shapes";
import { withOthers } from "../model/others";
import { type Days, lastOf } from "../model/ranges";
import type { Scope } from "../model/view";

export const INSIGHTS = ["analytics", "insights"] as const;
const LIVE = { refetchInterval: 30_000, refetchOnWindowFocus: true, staleTime: 5_000, placeholderData: keepPreviousData } as const;
const MOST_HEAT_DAYS = 83;
const RETENTION_WEEKS = 12;
const TOP = 5;

/** Figures of one subject, or with `all` of everything. */
export interface About {
  by: Cut;
  subject: string;
}

type SeriesQuery = AnalyticsPaths["/analytics/timeseries"]["get"]["parameters"]["query"];
type AskedDays = Days & { timezone: string };
const daysOf = ({ from, to, timezone }: Scope): AskedDays => ({ from, to, timezone });

export function useOverview(scope: Scope, { by, subject }: About) {
  const query = { ...daysOf(scope), compare: scope.compare, by, subject };
  return useQuery({
    queryKey: [...INSIGHTS, "overview", query],
    queryFn: () => call("analytics", () => analyticsClient.GET("/analytics/overview", { params: { query } })),
    ...LIVE,
  });
}

export interface Asked {
  metrics: Metric[];
  by: Cut;
  /** Which ones; without any those with most messages. */
  subjects?: string[] | undefined;
  /** Those that are not among them as one further series, and so many series at most: of what can be added up alone. */
  mostWithOthers?: number;
}

const readSeries = (query: SeriesQuery) => call("analytics", () => analyticsClient.GET("/analytics/timeseries", { params: { query } }));

/** Several metrics side by side, which fail and arrive together; `askedAt` is when they were of now. */
export function useSeries(scope: Scope, { metrics, by, subjects = [], mostWithOthers }: Asked, isWanted = true) {
  // People are counted by days and longer alone.
  const interval = metrics.includes("active_people") && scope.interval === "hour" ? "day" : scope.interval;
  const range = { ...daysOf(scope), interval };
  const query = { ...range, by, top: TOP, ...(subjects.length === 0 ? {} : { subject: subjects }) };
  const load = async (metric: Metric) => {
    if (mostWithOthers === undefined) return readSeries({ ...query, metric });
    const [shown, total] = await Promise.all([readSeries({ ...query, metric }), readSeries({ ...range, metric, by: "all" })]);
    return withOthers(shown, total, mostWithOthers);
  };
  return useQuery({
    queryKey: [...INSIGHTS, "series", metrics, query, mostWithOthers],
    queryFn: async () => {
      const askedAt = Date.now();
      return { answers: await Promise.all(metrics.map(load)), askedAt };
    },
    enabled: isWanted,
    ...LIVE,
  });
}

export type Sort = "messages" | "total_tokens" | "cost_usd" | "failed_answers" | "requests" | "requests_5xx" | "thumbs_up" | "thumbs_down";

type Asking = AskedDays & { sort: Sort; limit: number; cursor?: string };

const LISTS = {
  users: (query: Asking) => callWithResponse("analytics", () => analyticsClient.GET("/analytics/users", { params: { query } })),
  conversations: (query: Asking) => callWithResponse("analytics", () => analyticsClient.GET("/analytics/conversations", { params: { query } })),
  models: (query: Asking) => callWithResponse("analytics", () => analyticsClient.GET("/analytics/models", { params: { query } })),
  providers: (query: Asking) => callWithResponse("analytics", () => analyticsClient.GET("/analytics/providers", { params: { query } })),
  endpoints: (query: Asking) => callWithResponse("analytics", () => analyticsClient.GET("/analytics/endpoints", { params: { query } })),
};
type Listed = keyof typeof LISTS;
interface Listing {
  users: Ranked;
  conversations: Ranked;
  models: RankedModel;
  providers: RankedModel;
  endpoints: RankedEndpoint;
}

/** A list of subjects, those with most of something first; it goes on where it is asked to. */
export function useRanking<Kind extends Listed>(kind: Kind, scope: Scope, sort: Sort, limit: number) {
  const asked = { ...daysOf(scope), sort, limit };
  return useInfiniteQuery({
    queryKey: [...INSIGHTS, kind, asked],
    queryFn: async ({ pageParam }) => {
      const { data, response } = await LISTS[kind]({ ...asked, ...(pageParam === null ? {} : { cursor: pageParam }) });
      return { rows: data as Listing[Kind][], next: nextCursor(response) };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    ...LIVE,
  });
}

export function useRoles(scope: Scope) {
  const query = daysOf(scope);
  return useQuery({
    queryKey: [...INSIGHTS, "roles", query],
    queryFn: () => call("analytics", () => analyticsClient.GET("/analytics/roles", { params: { query } })),
    ...LIVE,
  });
}

/** Of longer ranges the last days alone: the service adds up no more than 83. */
export function useHeatMap(scope: Scope) {
  const days = lastOf(scope, MOST_HEAT_DAYS);
  const query = { ...days, timezone: scope.timezone };
  const answer = useQuery({
    queryKey: [...INSIGHTS, "heat", query],
    queryFn: () => call("analytics", () => analyticsClient.GET("/analytics/heatmap", { params: { query } })),
    ...LIVE,
  });
  return { ...answer, days };
}

export function useRetention() {
  return useQuery({
    queryKey: [...INSIGHTS, "retention"],
    queryFn: () => call("analytics", () => analyticsClient.GET("/analytics/retention", { params: { query: { weeks: RETENTION_WEEKS } } })),
    ...LIVE,
  });
}

/** Of the month that runs, whatever the range. */
export function useForecast(timezone: string) {
  return useQuery({
    queryKey: [...INSIGHTS, "forecast", timezone],
    queryFn: () => call("analytics", () => analyticsClient.GET("/analytics/forecast", { params: { query: { timezone } } })),
    ...LIVE,
  });
}

/** Reads what fires, the rules and the history, and changes rules. The service looks at all rules every 15 seconds. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { analyticsClient, call, callWithResponse } from "@/api/clients";
import { nextCursor } from "@/api/pagination";
import type { AlertRule, AlertRuleChange, AlertRuleOrder } from "@/api/shapes";

const ALERTS = ["analytics", "alerts"] as const;
const LOOK_MS = 15_000;
// Rules and history change seldom, and nobody waits for them.
const SLOWLY_MS = 30_000;
const PAGE = 20;

export function useAlerts() {
  return useQuery({
    queryKey: [...ALERTS, "now"],
    queryFn: () => call("analytics", () => analyticsClient.GET("/analytics/alerts")),
    refetchInterval: LOOK_MS,
    staleTime: 0,
  });
}

export function useAlertRules() {
  return useQuery({
    queryKey: [...ALERTS, "rules"],
    queryFn: () => call("analytics", () => analyticsClient.GET("/analytics/alerts/rules")),
    refetchInterval: SLOWLY_MS,
    staleTime: 0,
  });
}

export function useAlertHistory() {
  return useInfiniteQuery({
    queryKey: [...ALERTS, "history"],
    queryFn: async ({ pageParam }) => {
      const query = { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) };
      const { data, response } = await callWithResponse("analytics", () => analyticsClient.GET("/analytics/alerts/history", { params: { query } }));
      return { changes: data, next: nextCursor(response) };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: SLOWLY_MS,
    staleTime: 0,
  });
}

/** What rules may be about: another version of the service knows others. */
export function useAlertFigures() {
  return useQuery({
    queryKey: ["analytics", "alert-figures"],
    queryFn: () => call("analytics", () => analyticsClient.GET("/analytics/alerts/figures")),
    staleTime: Infinity,
  });
}

const MOST_OFFERED = 50;

/** Models or providers that answered within the last 30 days. */
export function useSubjects(by: "model" | "provider") {
  return useQuery({
    queryKey: ["analytics", "alert-subjects", by],
    queryFn: async () => {
      const list = by === "model" ? "/analytics/models" : "/analytics/providers";
      const ranked = await call("analytics", () => analyticsClient.GET(list, { params: { query: { limit: MOST_OFFERED } } }));
      return ranked.map(({ subject }) => subject).filter((subject) => subject !== "");
    },
    staleTime: 60_000,
  });
}

/** What fires changes with its rule. */
function useRefreshAlerts() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ALERTS });
}

export interface AlertRuleAttempt {
  order: AlertRuleOrder;
  /** Repeating an attempt whose answer was lost gives the same rule. */
  attemptKey: string;
}

export function useCreateAlertRule() {
  const refresh = useRefreshAlerts();
  return useMutation({
    mutationFn: ({ order, attemptKey }: AlertRuleAttempt) =>
      call("analytics", () => analyticsClient.POST("/analytics/alerts/rules", { body: order, params: { header: { "Idempotency-Key": attemptKey } } })),
    onSuccess: refresh,
  });
}

export function useChangeAlertRule() {
  const refresh = useRefreshAlerts();
  return useMutation({
    mutationFn: ({ id, change }: { id: string; change: AlertRuleChange }) =>
      call("analytics", () => analyticsClient.PATCH("/analytics/alerts/rules/{rule_id}", { params: { path: { rule_id: id } }, body: change })),
    // Also after a refusal: somebody may have deleted it meanwhile.
    onSettled: refresh,
  });
}

export function useDeleteAlertRule() {
  const refresh = useRefreshAlerts();
  return useMutation({
    mutationFn: ({ id }: Pick<AlertRule, "id">) => call("analytics", () => analyticsClient.DELETE("/analytics/alerts/rules/{rule_id}", { params: { path: { rule_id: id } } })),
    onSettled: refresh,
  });
}

/** Loads the figures of the whole installation. */
import { useQuery } from "@tanstack/react-query";
import { analyticsClient, call } from "@/api/clients";

const REFRESH_EVERY_MS = 30_000;

export function useSummary() {
  return useQuery({
    queryKey: ["analytics", "summary"],
    queryFn: () => call("analytics", () => analyticsClient.GET("/analytics/summary")),
    refetchInterval: REFRESH_EVERY_MS,
    staleTime: 0,
  });
}

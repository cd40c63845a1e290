/** Loads the figures of the whole installation. */
import { useQuery } from "@tanstack/react-query";
import { analyticsClient, call } from "@/api/clients";

export const SUMMARY_KEY = ["analytics", "summary"];
export const REFRESH_EVERY_MS = 30_000;

/** Without `isPolled` they are asked for once: somebody else keeps them up to date. */
export function useSummary({ isPolled }: { isPolled: boolean }) {
  return useQuery({
    queryKey: SUMMARY_KEY,
    queryFn: () => call("analytics", () => analyticsClient.GET("/analytics/summary")),
    refetchInterval: isPolled && REFRESH_EVERY_MS,
    staleTime: isPolled ? 0 : Infinity,
  });
}

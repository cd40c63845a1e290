/** Reads how events get here, again and again for as long as the page is looked at. */
import { useQuery } from "@tanstack/react-query";
import { analyticsClient, call } from "@/api/clients";
import { INSIGHTS } from "./insights";

const REFRESH_EVERY_MS = 5_000;

export function useDelivery() {
  return useQuery({
    queryKey: [...INSIGHTS, "delivery"],
    queryFn: () => call("analytics", () => analyticsClient.GET("/analytics/delivery")),
    refetchInterval: REFRESH_EVERY_MS,
    staleTime: 0,
  });
}

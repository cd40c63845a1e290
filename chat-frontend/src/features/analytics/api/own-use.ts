/** Reads what the person used in a range of days. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { analyticsClient, call } from "@/api/clients";
import type { Scope } from "../model/view";
import { INSIGHTS } from "./insights";

const REFRESH_EVERY_MS = 30_000;

export function useOwnUse({ from, to, timezone }: Scope) {
  const query = { from, to, timezone };
  return useQuery({
    queryKey: [...INSIGHTS, "own", query],
    queryFn: async () => {
      const askedAt = Date.now();
      const { range } = await call("analytics", () => analyticsClient.GET("/analytics/me", { params: { query } }));
      return { range, askedAt };
    },
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_EVERY_MS,
    staleTime: 0,
  });
}

/** Reads the events that could not be counted, and has them tried again. */
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { analyticsClient, call, callWithResponse } from "@/api/clients";
import { nextCursor } from "@/api/pagination";
import { INSIGHTS } from "./insights";

const parkedKey = [...INSIGHTS, "parked"];

export function useParked() {
  return useInfiniteQuery({
    queryKey: parkedKey,
    queryFn: async ({ pageParam }) => {
      const query = pageParam === null ? {} : { cursor: pageParam };
      const { data, response } = await callWithResponse("analytics", () => analyticsClient.GET("/analytics/parked", { params: { query } }));
      return { rows: data, next: nextCursor(response) };
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: 30_000,
  });
}

export function useRetryParked() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => call("analytics", () => analyticsClient.POST("/analytics/parked/retry")),
    // What is read now counts in every figure.
    onSettled: () => client.invalidateQueries({ queryKey: INSIGHTS }),
  });
}

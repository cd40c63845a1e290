/** Asks for figures anew when the live summary says that something happened: at once, then at most every second. */
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { INSIGHTS } from "../api/insights";
import { useLiveSummary } from "./use-live-summary";

// The summary comes at most once a second: with this pace figures have moved within two seconds of a message.
export const LEAST_MS_BETWEEN = 1_000;
const MOVING = new Set<unknown>(["overview", "series"]);

/** Returns: whether figures move by themselves at the moment. */
export function useLiveFigures(): boolean {
  const client = useQueryClient();
  const { data: summary, isLive } = useLiveSummary();
  const [refresher] = useState(() => createRefresher(() => refetchMoving(client)));
  useEffect(() => {
    document.addEventListener("visibilitychange", refresher.look);
    return () => {
      document.removeEventListener("visibilitychange", refresher.look);
      refresher.stop();
    };
  }, [refresher]);
  // What happened while nobody listened is missed at first, too.
  useEffect(() => {
    if (summary !== undefined && isLive) refresher.tell();
  }, [refresher, summary, isLive]);
  return isLive;
}

function refetchMoving(client: QueryClient): Promise<void> {
  return client.refetchQueries({ queryKey: INSIGHTS, type: "active", predicate: ({ queryKey }) => MOVING.has(queryKey[INSIGHTS.length]) });
}

const rest = () => new Promise<void>((resolve) => setTimeout(resolve, LEAST_MS_BETWEEN));

/** Refreshes for the first of several news at once and for the rest of them once; while nobody looks, not at all. */
export function createRefresher(refresh: () => Promise<void>) {
  let hasNews = false;
  let isResting = false;
  const refreshAndRest = async () => {
    isResting = true;
    // Answers that take longer than that are waited for: asking again would begin them anew.
    await Promise.allSettled([refresh(), rest()]);
    isResting = false;
    look();
  };
  const look = () => {
    if (!hasNews || isResting || document.visibilityState === "hidden") return;
    hasNews = false;
    void refreshAndRest();
  };
  const tell = () => {
    hasNews = true;
    look();
  };
  const stop = () => {
    hasNews = false;
  };
  return { tell, look, stop };
}

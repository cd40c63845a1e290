/** How old what is on screen is: as old as the oldest of its answers. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { INSIGHTS } from "../api/insights";

const TICK_MS = 1000;

export function useFreshness() {
  const client = useQueryClient();
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => {
      // Nobody reads a page that is hidden.
      if (document.visibilityState !== "hidden") setNow(Date.now());
    }, TICK_MS);
    return () => clearInterval(timer);
  }, []);
  const answered = client.getQueryCache().findAll({ queryKey: INSIGHTS, type: "active" }).map(({ state }) => state.dataUpdatedAt).filter((at) => at > 0);
  const seconds = answered.length === 0 ? null : Math.max(0, Math.round((now - Math.min(...answered)) / 1000));
  return { seconds, refresh: () => client.refetchQueries({ queryKey: INSIGHTS, type: "active" }) };
}

/** The figures as they change: over a socket while there is one, else asked for every 30 seconds. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { getSession } from "@/api/session";
import { renewSession } from "@/api/session-renewal";
import { addresses } from "@/config/env";
import { LiveSocket } from "@/realtime/live-socket";
import { SUMMARY_KEY, useSummary } from "../api/summary";
import { type MetricsFrame, parseMetricsFrame, summaryOf } from "../model/metrics-frames";

/** The service says at least every 20 s that nothing has changed; with less than this the figures are of now. */
export const FRESH_FOR_MS = 45_000;

/** `isLive`: the figures come by themselves; `dataUpdatedAt` is when they were last known to be right. */
export function useLiveSummary() {
  const queries = useQueryClient();
  const [isLive, setLive] = useState(false);
  useEffect(() => {
    const silence = silenceAlarm(() => setLive(false));
    const socket = openSocket((frame) => {
      if (frame.type !== "summary" && frame.type !== "heartbeat") return;
      const known = frame.type === "summary" ? summaryOf(frame) : queries.getQueryData(SUMMARY_KEY);
      if (known === undefined) return;
      void queries.cancelQueries({ queryKey: SUMMARY_KEY }); // an answer that is under way is older than this
      queries.setQueryData(SUMMARY_KEY, known);
      silence.restart();
      setLive(true);
    }, () => setLive(false));
    return () => {
      silence.stop();
      socket.close();
    };
  }, [queries]);
  return { ...useSummary({ isPolled: !isLive }), isLive };
}

function openSocket(onFrame: (frame: MetricsFrame) => void, onLost: () => void): LiveSocket<{ type: "ping" }, MetricsFrame> {
  const socket = new LiveSocket<{ type: "ping" }, MetricsFrame>({
    url: `${addresses.analytics.replace(/^http/, "ws")}/ws/metrics`,
    accessToken: () => getSession()?.accessToken ?? null,
    renewCredentials: renewSession,
    onCredentialsRefused: () => undefined, // whoever has lost the role stays signed in; asking says what is wrong
    onConnection: ({ phase }) => phase !== "open" && onLost(),
    onFrame,
    parse: parseMetricsFrame,
    isReady: ({ type }) => type === "summary",
    ping: { type: "ping" },
  });
  socket.open();
  return socket;
}

/** The service may be reachable and yet know nothing new, as while its database is away. */
function silenceAlarm(onSilence: () => void) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = () => clearTimeout(timer);
  const restart = () => {
    stop();
    timer = setTimeout(onSilence, FRESH_FOR_MS);
  };
  return { restart, stop };
}

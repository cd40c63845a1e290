import { act, renderHook, waitFor } from "@testing-library/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { http, HttpResponse } from "msw";
import { createElement, type ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession, endSession, getSession } from "@/api/session";
import { lose, receive, ScriptedSocket, scriptSockets, socket } from "@/test/scripted-socket";
import { at, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { REFRESH_EVERY_MS } from "../api/summary";
import { FRESH_FOR_MS, useLiveSummary } from "./use-live-summary";

startServices();

const summary = {
  total_users: 1, active_users_today: 0, total_conversations: 0, total_messages: 0, total_tokens_used: 0,
  avg_response_time: 0, error_rate: 0,
};
const asOf = "2026-03-01T00:00:00Z";

describe("the live summary", () => {
  let asked: number;

  const show = () => {
    const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
    const wrapper = ({ children }: { children: ReactNode }) => createElement(QueryClientProvider, { client: queries }, children);
    return renderHook(() => useLiveSummary(), { wrapper });
  };

  /** Time passes, in which the service answers every ping. */
  const live = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 5_000) {
      await act(() => vi.advanceTimersByTimeAsync(5_000));
      receive({ type: "pong" });
    }
  };

  beforeEach(() => {
    asked = 0;
    services.use(
      http.get(`${at.analytics}/analytics/summary`, () => {
        asked += 1;
        return HttpResponse.json({ ...summary, total_users: 100 + asked });
      }),
    );
    scriptSockets();
    beginSession(tokenFor("ada"));
  });

  afterEach(() => {
    endSession("chosen");
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("takes what the socket says, and asks no more while it lives", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { result } = show();
    expect(socket().protocols).toEqual(["convoai", `bearer.${getSession()?.accessToken}`]);
    receive({ type: "summary", as_of: asOf, ...summary });
    await waitFor(() => expect(result.current.data).toEqual(summary));
    expect(result.current.isLive).toBe(true);
    receive({ type: "summary", as_of: asOf, ...summary, total_users: 2 });
    await waitFor(() => expect(result.current.data?.total_users).toBe(2));
    const before = asked;
    await act(() => vi.advanceTimersByTimeAsync(REFRESH_EVERY_MS + 1_000));
    expect(asked).toBe(before);
  });

  it("is as fresh as the last heartbeat, and polls once there is none", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { result } = show();
    receive({ type: "summary", as_of: asOf, ...summary });
    await waitFor(() => expect(result.current.isLive).toBe(true));
    const first = result.current.dataUpdatedAt;
    await live(FRESH_FOR_MS - 5_000);
    receive({ type: "heartbeat", as_of: asOf });
    await waitFor(() => expect(result.current.dataUpdatedAt).toBeGreaterThan(first));
    await live(FRESH_FOR_MS - 5_000);
    expect(result.current.isLive).toBe(true);
    const before = asked;
    await live(10_000);
    expect(result.current.isLive).toBe(false);
    await live(REFRESH_EVERY_MS);
    await waitFor(() => expect(asked).toBeGreaterThan(before));
  });

  it("polls when the connection is lost, and goes on live when it is back", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { result } = show();
    receive({ type: "summary", as_of: asOf, ...summary });
    await waitFor(() => expect(result.current.isLive).toBe(true));
    lose(1012);
    await waitFor(() => expect(result.current.isLive).toBe(false));
    await act(() => vi.advanceTimersByTimeAsync(2_500));
    expect(ScriptedSocket.all).toHaveLength(2);
    receive({ type: "summary", as_of: asOf, ...summary, total_users: 7 });
    await waitFor(() => expect(result.current).toMatchObject({ isLive: true, data: { total_users: 7 } }));
  });

  it("polls where there is no socket to be had", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const { result } = show();
    lose(4429);
    await waitFor(() => expect(result.current.data?.total_users).toBe(101));
    await act(() => vi.advanceTimersByTimeAsync(REFRESH_EVERY_MS));
    await waitFor(() => expect(result.current.data?.total_users).toBe(102));
    expect(ScriptedSocket.all).toHaveLength(1);
  });

  it("leaves who has lost the role signed in", async () => {
    services.use(http.post(`${at.auth}/auth/refresh`, () => HttpResponse.json(tokenFor("ada", "next"))));
    const { result } = show();
    receive({ type: "error", code: "role_required", message: "", retryable: false });
    lose(4401);
    await waitFor(() => expect(ScriptedSocket.all).toHaveLength(2));
    lose(4401);
    await waitFor(() => expect(result.current.data).toBeDefined());
    expect(getSession()).not.toBeNull();
    expect(result.current.isLive).toBe(false);
  });

  it("passes over frames that it does not know", async () => {
    const { result } = show();
    await waitFor(() => expect(result.current.data?.total_users).toBe(101));
    for (const frame of [{ type: "summary", as_of: asOf, total_users: "2" }, { type: "news" }]) receive(frame);
    expect(result.current.isLive).toBe(false);
    expect(result.current.data?.total_users).toBe(101);
  });

  it("closes the socket when it is no longer shown", () => {
    const { unmount } = show();
    const opened = socket();
    unmount();
    expect(opened.readyState).toBe(3);
  });
});

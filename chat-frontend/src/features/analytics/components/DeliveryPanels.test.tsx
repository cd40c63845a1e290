import { screen, within } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import type { Delivery, Sender } from "@/api/shapes";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { DeliveryPanels } from "./DeliveryPanels";

startServices();

const NOW = Date.now();
const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

const sender = (service: string, instance: string, differing: Partial<Sender> = {}): Sender => ({
  service, instance, state: "running", heard_at: ago(0), waiting: 0, oldest_waiting_seconds: null, parked: 0, requests_waiting: 0,
  requests_dropped: 0, is_in_trouble: false, last_error: null, last_error_at: null, ...differing,
});

function offer(senders: Sender[], differing: Partial<Delivery> = {}) {
  const delay = { since: ago(60), events: 3, median_seconds: 0.4, p95_seconds: 1.5 };
  services.use(http.get(`${at.analytics}/analytics/delivery`, () => HttpResponse.json({ senders, parked: 0, delay, ...differing })));
}

const entry = async (instance: string) => {
  const item = (await screen.findByText(instance)).closest("li");
  if (item === null) throw new Error(`${instance} is not in a list`);
  return within(item);
};

describe("the delivery of events", () => {
  it("tells for each sender what waits, for how long, and what was lost", async () => {
    offer([sender("auth-service", "a-1"), sender("chat-service", "c-1", { waiting: 12, oldest_waiting_seconds: 94, parked: 2, requests_waiting: 7, requests_dropped: 5 })], { parked: 4 });
    showInPage(<DeliveryPanels />);
    const chat = await entry("c-1");
    expect(chat.getByText("Reports")).toBeVisible();
    expect(chat.getByText("Last reported just now")).toBeVisible();
    expect(chat.getAllByRole("definition").map((one) => one.textContent)).toEqual(["12", "94 s", "2", "7", "5"]);
    expect((await screen.findByText("Parked here")).nextElementSibling).toHaveTextContent("4");
    expect(screen.getByText("95 of 100 took at most").nextElementSibling).toHaveTextContent("1.5 s");
    expect(screen.queryByRole("note")).toBeNull();
  });

  it("says in words which sender is silent, in trouble, or not there at all", async () => {
    offer([
      sender("chat-service", "c-1", { state: "silent", heard_at: ago(5) }),
      sender("chat-service", "c-2", { is_in_trouble: true, last_error: "503 from analytics-service", last_error_at: ago(1) }),
      sender("chat-service", "c-3", { last_error: "The answer took too long", last_error_at: ago(9) }),
    ]);
    showInPage(<DeliveryPanels />);
    expect((await entry("c-1")).getByText(/Has not reported since .*, 5 minutes ago\. Its process was killed/)).toBeVisible();
    expect((await entry("c-2")).getByText(/Cannot deliver its events, at .*: 503 from analytics-service/)).toBeVisible();
    expect((await entry("c-3")).getByText(/and can again\. It was this: The answer took too long/)).toBeVisible();
    expect(screen.getByRole("note")).toHaveTextContent("auth-service has not reported within a day.");
  });

  it("puts processes away that said that they end, and misses a service of which none is left", async () => {
    offer([sender("auth-service", "a-1"), sender("chat-service", "c-1", { state: "ended", heard_at: ago(3) })]);
    showInPage(<DeliveryPanels />);
    expect(await screen.findByRole("note")).toHaveTextContent("chat-service has ended");
    expect(within(screen.getByRole("list", { name: "Senders" })).getAllByRole("listitem")).toHaveLength(1);
    expect(screen.getByText("Processes that ended within a day: 1")).toBeVisible();
  });

  it("says why there is nothing to see", async () => {
    services.use(http.get(`${at.analytics}/analytics/delivery`, () => problem(403, "These are not for you.")));
    showInPage(<DeliveryPanels />);
    expect(await screen.findByRole("alert")).toHaveTextContent("These are not for you.");
  });
});

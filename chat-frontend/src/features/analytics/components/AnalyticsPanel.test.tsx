import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { describe, expect, it, vi } from "vitest";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { AnalyticsPanel } from "./AnalyticsPanel";

startServices();

const summary = {
  total_users: 12, active_users_today: 3, total_conversations: 40, total_messages: 1250, total_tokens_used: 1234567,
  avg_response_time: 0.4567, error_rate: 0.025,
};

describe("the analytics panel", () => {
  it("shows the seven figures as people read them", async () => {
    services.use(http.get(`${at.analytics}/analytics/summary`, () => HttpResponse.json(summary)));
    showInPage(<AnalyticsPanel onClose={vi.fn()} />);
    expect(await screen.findByText("1,234,567")).toBeVisible();
    expect(screen.getByText("457 ms")).toBeVisible();
    expect(screen.getByText("1,250")).toBeVisible();
    expect(screen.getByText("Error rate today: 2.5%")).toBeVisible();
    expect(screen.getAllByRole("definition")).toHaveLength(6);
  });

  it("says what is wrong, and tries again when asked", async () => {
    services.use(http.get(`${at.analytics}/analytics/summary`, () => problem(503, "The figures are not ready."), { once: true }));
    showInPage(<AnalyticsPanel onClose={vi.fn()} />);
    expect(await screen.findByRole("alert")).toHaveTextContent("The figures are not ready.");
    services.use(http.get(`${at.analytics}/analytics/summary`, () => HttpResponse.json(summary)));
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("1,234,567")).toBeVisible();
  });

  it("closes with Escape", async () => {
    services.use(http.get(`${at.analytics}/analytics/summary`, () => HttpResponse.json(summary)));
    const onClose = vi.fn();
    showInPage(<AnalyticsPanel onClose={onClose} />);
    await userEvent.keyboard("{Escape}");
    expect(onClose).toHaveBeenCalledOnce();
  });
});

import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { MemoryRouter } from "react-router-dom";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession, getSession } from "@/api/session";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { PageRoutes } from "../PageRoutes";

startServices();

const TIME = "2026-01-01T12:00:00+00:00";

function open(state: unknown) {
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MemoryRouter initialEntries={[{ pathname: "/account-deleted", state }]}><PageRoutes /></MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

describe("the page after an account was deleted", () => {
  beforeEach(() => beginSession(tokenFor("vera")));

  it("ends the session, and shows each service's confirmation", async () => {
    let sent: unknown = null;
    services.use(http.post(`${at.auth}/erasures/receipt`, async ({ request }) => {
      sent = await request.json();
      const part = { is_confirmed: true, confirmed_at: TIME, attempts: 1, attempted_at: TIME, problem: null };
      return HttpResponse.json({
        id: "e1", user_id: "u1", is_own_request: true, requested_at: TIME, completed_at: TIME,
        services: [{ ...part, service: "auth-service", erased: { sessions: 2 } }, { ...part, service: "analytics-service", erased: {} }],
      });
    }));
    open({ receipt: "cve_1" });
    expect(await screen.findByText("Everything is erased. All services have confirmed it.")).toBeVisible();
    expect(screen.getByText(/Erased: 2 sign-ins · confirmed Jan 1, 2026/)).toBeVisible();
    expect(screen.getByText(/Nothing was there · confirmed/)).toBeVisible();
    expect(sent).toEqual({ receipt: "cve_1" });
    expect(getSession()).toBeNull();
    expect(screen.getByRole("link", { name: "Go to the sign-in page" })).toHaveAttribute("href", "/sign-in");
  });

  it("offers another try when the receipt cannot be read", async () => {
    services.use(http.post(`${at.auth}/erasures/receipt`, () => problem(503, "The database is busy.")));
    open({ receipt: "cve_1" });
    expect(await screen.findByRole("alert")).toHaveTextContent("The database is busy.");
    expect(screen.getByRole("button", { name: "Try again" })).toBeEnabled();
  });

  it("is nowhere without a receipt, and signs nobody out", async () => {
    open(null);
    expect(await screen.findByRole("heading", { name: "Page not found" })).toBeVisible();
    expect(getSession()).not.toBeNull();
  });
});

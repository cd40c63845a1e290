import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { MemoryRouter } from "react-router-dom";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import { profileOf, roles } from "@/test/people";
import { at, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { PageRoutes } from "../PageRoutes";

startServices();

function open(address: string, own: string[]) {
  services.use(
    http.get(`${at.auth}/users/me`, () => HttpResponse.json(profileOf("vera", { roles: own }))),
    http.get(`${at.auth}/users/`, () => HttpResponse.json([profileOf("vera", { roles: own })])),
    http.get(`${at.auth}/roles/`, () => HttpResponse.json(roles)),
  );
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <MemoryRouter initialEntries={[address]}><PageRoutes /></MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

const sections = async () => {
  await screen.findByRole("heading", { name: "People" });
  return screen.getAllByRole("listitem").flatMap((one) => one.querySelector("a")?.textContent?.trim() ?? []);
};

describe("the administration", () => {
  beforeEach(() => beginSession(tokenFor("vera")));

  it("has every section for an administrator", async () => {
    open("/admin", ["admin", "user"]);
    expect(await sections()).toEqual(["People", "Registration", "Invitations", "Budgets", "Prices", "Audit trail", "Erasures"]);
    expect(await screen.findByRole("button", { name: "Create" })).toBeVisible();
  });

  it("shows a manager the people and the money, and nothing else", async () => {
    open("/admin/registration", ["manager"]);
    expect(await sections()).toEqual(["People", "Budgets", "Prices"]);
    expect(await screen.findByRole("table", { name: "People" })).toBeVisible();
    expect(screen.queryByRole("button", { name: "Create" })).toBeNull();
  });

  it("is nowhere for anyone else", async () => {
    open("/admin/people", ["user"]);
    expect(await screen.findByRole("heading", { name: "Page not found" })).toBeVisible();
  });

  it("says when nobody can tell who is asking, and is shown later", async () => {
    open("/admin/people", ["admin"]);
    services.use(http.get(`${at.auth}/users/me`, () => HttpResponse.error()));
    expect(await screen.findByRole("alert")).toHaveTextContent("The sign-in service cannot be reached.");
    services.use(http.get(`${at.auth}/users/me`, () => HttpResponse.json(profileOf("vera", { roles: ["admin"] }))));
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { name: "People" })).toBeVisible();
  });
});

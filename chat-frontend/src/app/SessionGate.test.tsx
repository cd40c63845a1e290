import { MantineProvider } from "@mantine/core";
import { act, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { profileOf } from "@/test/people";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";

startServices();

/** The whole page as it opens in a browser in which somebody has signed in before. */
async function openPage(path: string) {
  window.history.replaceState(null, "", path);
  localStorage.setItem("convoai.signed-in", "earlier");
  vi.resetModules();
  const [{ App }, { keepSession }, session] = await Promise.all([import("./App"), import("@/api/session-keeper"), import("@/api/session")]);
  const stop = keepSession();
  // The page brings its own provider; this one only switches its transitions off.
  render(<MantineProvider env="test"><App /></MantineProvider>);
  return { stop, session };
}

describe("the page while the session is being restored", () => {
  let page: Awaited<ReturnType<typeof openPage>> | null = null;
  let refuse: Response | null;
  let release: () => void;

  beforeEach(() => {
    refuse = null;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    services.use(
      http.post(`${at.auth}/auth/refresh`, async () => {
        await held;
        return refuse?.clone() ?? HttpResponse.json(tokenFor("vera"));
      }),
      http.get(`${at.auth}/users/me`, () => HttpResponse.json(profileOf("vera"))),
    );
  });

  afterEach(() => {
    page?.stop();
    page = null;
  });

  it("shows that it waits, and no sign-in page", async () => {
    page = await openPage("/sign-in");
    expect(screen.getByRole("status", { name: "Signing you in" })).toBeInTheDocument();
    expect(screen.queryByLabelText("Username")).toBeNull();
  });

  it("leads to the sign-in with a sentence when the session has ended", async () => {
    refuse = problem(401, "Sign in again.");
    page = await openPage("/c/c1");
    act(() => release());
    expect(await screen.findByText(/Your session has ended. Sign in again/)).toBeVisible();
    expect(window.location.pathname).toBe("/sign-in");
  });

  it("says that the service is away, keeps the address, and offers a way on", async () => {
    refuse = HttpResponse.error();
    page = await openPage("/c/c1");
    act(() => release());
    expect(await screen.findByRole("alert")).toHaveTextContent("The sign-in service cannot be reached.");
    expect(screen.getByRole("alert")).toHaveTextContent("You are still signed in");
    expect(window.location.pathname).toBe("/c/c1");
    await userEvent.click(screen.getByRole("button", { name: "Sign in anew" }));
    expect(await screen.findByLabelText("Username")).toBeVisible();
  });

  it("goes on when the service answers again", async () => {
    refuse = HttpResponse.error();
    page = await openPage("/no/such/page");
    act(() => release());
    await screen.findByRole("alert");
    refuse = null;
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("heading", { name: "Page not found" })).toBeVisible();
    expect(page.session.getSession()?.username).toBe("vera");
  });
});

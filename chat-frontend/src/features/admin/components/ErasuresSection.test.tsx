import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import type { Erasure } from "@/api/shapes";
import { showInPage } from "@/test/ShowInPage";
import { at, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ErasuresSection } from "./ErasuresSection";

startServices();

const address = `${at.auth}/erasures/`;
const TIME = "2026-01-01T12:00:00+00:00";

function erasureOf(id: string, more: Partial<Erasure> = {}): Erasure {
  const part = { is_confirmed: true, confirmed_at: TIME, erased: { conversations: 2 }, attempts: 1, attempted_at: TIME, problem: null };
  return { id, user_id: "id-of-ada", is_own_request: false, requested_at: TIME, completed_at: TIME, services: [{ service: "chat-service", ...part }], ...more };
}

describe("the erasures", () => {
  beforeEach(() => beginSession(tokenFor("vera")));

  it("say how far they are; what is under way is unfolded, with what holds it up", async () => {
    const waiting = { service: "chat-service", is_confirmed: false, confirmed_at: null, erased: null, attempts: 3, attempted_at: TIME, problem: "It does not answer." } as const;
    services.use(http.get(address, () => HttpResponse.json([
      erasureOf("e2", { completed_at: null, is_own_request: true, services: [waiting] }), erasureOf("e1"),
    ])));
    showInPage(<ErasuresSection />);
    const list = within(await screen.findByRole("list", { name: "Erasures" }));
    expect(list.getByText("Not yet: It does not answer. The next try follows by itself.")).toBeVisible();
    expect(list.getByText("Somebody deleted their own account")).toBeVisible();
    expect(list.getByText(/Erased: 2 conversations/)).not.toBeVisible();
    await userEvent.click(list.getByText("An administrator deleted an account"));
    expect(list.getByText(/Erased: 2 conversations/)).toBeVisible();
    expect(list.getAllByRole("link", { name: "What the audit trail says of them" })[0]).toHaveAttribute("href", "/admin/audit?target=id-of-ada");
  });

  it("say so when there are none, or none can be read", async () => {
    services.use(http.get(address, () => HttpResponse.error()));
    showInPage(<ErasuresSection />);
    expect(await screen.findByRole("alert")).toHaveTextContent("The sign-in service cannot be reached.");
    services.use(http.get(address, () => HttpResponse.json([])));
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(screen.getByText("Nobody has been deleted yet.")).toBeVisible());
  });
});

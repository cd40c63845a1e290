import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import type { Invitation } from "@/api/shapes";
import { roles } from "@/test/people";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { InvitationsSection } from "./InvitationsSection";

startServices();

const address = `${at.auth}/invitations/`;
const TIME = "2026-01-01T12:00:00+00:00";

function invitationOf(id: string, more: Partial<Invitation> = {}): Invitation {
  return {
    id, email: null, roles: ["user"], state: "open", created_by: "vera", created_at: TIME, expires_at: TIME,
    withdrawn_at: null, used_at: null, used_by: null, ...more,
  };
}

describe("the invitations", () => {
  let kept: Invitation[];
  const entries = async () => (await within(await screen.findByRole("list", { name: "Invitations" })).findAllByRole("listitem")).map((one) => one.textContent ?? "");

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    kept = [
      invitationOf("1", { email: "ada@example.org", roles: ["manager", "user"] }),
      invitationOf("2", { state: "used", used_at: TIME, used_by: "bob" }),
      invitationOf("3", { state: "used", used_at: TIME, created_by: null }),
      invitationOf("4", { state: "withdrawn" }),
      invitationOf("5", { state: "expired" }),
    ];
    services.use(
      http.get(`${at.auth}/roles/`, () => HttpResponse.json(roles)),
      http.get(address, () => HttpResponse.json(kept)),
      http.delete(`${address}:id`, ({ params }) => {
        kept = kept.map((one) => (one.id === params.id ? { ...one, state: "withdrawn" as const, withdrawn_at: TIME } : one));
        return HttpResponse.json({ message: "Invitation withdrawn" });
      }),
    );
  });

  it("are listed with what became of them", async () => {
    showInPage(<InvitationsSection />);
    const [open, used, orphaned, withdrawn, expired] = await entries();
    expect(open).toMatch(/ada@example.org.*Open.*manager.*user.*Holds until Jan 1, 2026.*by vera/);
    expect(used).toMatch(/Anyone with the link.*Used by bob, Jan 1, 2026/);
    expect(orphaned).toMatch(/Used by somebody who was deleted since.*by somebody who was deleted since/);
    expect(withdrawn).toContain("Whoever made it is no administrator any more");
    expect(expired).toContain("Held until Jan 1, 2026");
    expect(screen.getAllByRole("button", { name: /Withdraw/ })).toHaveLength(1);
  });

  it("are withdrawn after a question", async () => {
    showInPage(<InvitationsSection />);
    await entries();
    await userEvent.click(screen.getByRole("button", { name: /Withdraw the invitation for ada@example.org/ }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByText("ada@example.org can no longer create an account with it.")).toBeVisible();
    await waitFor(() => expect(dialog.getByRole("button", { name: "Cancel" })).toHaveFocus());
    await userEvent.click(dialog.getByRole("button", { name: "Withdraw" }));
    await waitFor(() => expect(screen.getByRole("status")).toHaveTextContent("Withdrawn. The link no longer holds."));
    expect((await entries())[0]).toMatch(/Withdrawn Jan 1, 2026/);
    expect(screen.queryByRole("button", { name: /Withdraw/ })).toBeNull();
    expect(screen.getByRole("list", { name: "Invitations" })).toHaveFocus();
  });

  it("say so when one was used meanwhile", async () => {
    services.use(http.delete(`${address}:id`, () => problem(409, "This invitation was used. There is nothing left to withdraw.")));
    showInPage(<InvitationsSection />);
    await entries();
    await userEvent.click(screen.getByRole("button", { name: /Withdraw/ }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.click(dialog.getByRole("button", { name: "Withdraw" }));
    expect(await dialog.findByRole("alert")).toHaveTextContent("There is nothing left to withdraw.");
  });

  it("are made, and the link is shown once", async () => {
    const sent: { body: unknown; key: string | null }[] = [];
    const made = { ...invitationOf("6"), token: "cvi_6", path: "/register#invitation=cvi_6" };
    services.use(http.post(address, async ({ request }) => {
      sent.push({ body: await request.json(), key: request.headers.get("Idempotency-Key") });
      return sent.length === 1 ? HttpResponse.error() : HttpResponse.json(made);
    }));
    kept = [];
    showInPage(<InvitationsSection />);
    expect(await screen.findByText("Nobody has been invited yet.")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Invite somebody" }));
    const dialog = within(await screen.findByRole("dialog"));
    await userEvent.selectOptions(await dialog.findByLabelText("Holds for"), "One day");
    await userEvent.click(dialog.getByRole("button", { name: "Make a link" }));
    expect(await dialog.findByRole("alert")).toHaveTextContent("cannot be reached");
    await userEvent.click(dialog.getByRole("button", { name: "Make a link" }));
    expect(await dialog.findByLabelText("Link")).toHaveValue(`${window.location.origin}/register#invitation=cvi_6`);
    expect(dialog.getByText(/Whoever has it can create one account with it until Jan 1, 2026.* shown only this once/)).toBeVisible();
    expect(sent[1]).toEqual(sent[0]);
    expect(sent[0]?.body).toEqual({ email: null, roles: ["user"], expires_in_hours: 24 });
  });

  it("say why they cannot be listed, and are listed later", async () => {
    services.use(http.get(address, () => problem(503, "The database is busy.")));
    showInPage(<InvitationsSection />);
    expect(await screen.findByRole("alert")).toHaveTextContent("The database is busy.");
    services.use(http.get(address, () => HttpResponse.json(kept)));
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(async () => expect(await entries()).toHaveLength(5));
  });
});

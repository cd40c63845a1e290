import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession } from "@/api/session";
import type { Conversation, Share } from "@/api/shapes";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ShareDialog } from "./ShareDialog";

startServices();

const url = `${at.chat}/conversations/c1/share`;
const conversation = { id: "c1", title: "Plans" } as Conversation;
const share: Share = {
  token: "t".repeat(43), conversation_id: "c1", title: "Plans", author_name: null, message_count: 2,
  created_at: "2026-01-01T00:00:00+00:00", updated_at: "2026-01-01T00:00:00+00:00",
};
let stored: Share | null = null;
let asked: unknown[] = [];

beforeEach(() => {
  stored = null;
  asked = [];
  beginSession(tokenFor("vera"));
  services.use(
    http.get(url, () => (stored === null ? problem(404, "This conversation is not shared.", { code: "share_not_found" }) : HttpResponse.json(stored))),
    http.put(url, async ({ request }) => {
      const body = (await request.json()) as { author_name: string | null };
      asked.push(body);
      stored = { ...share, ...body };
      return HttpResponse.json(stored);
    }),
    http.delete(url, () => {
      stored = null;
      return HttpResponse.json({ message: "Link withdrawn" });
    }),
  );
});

const open = () => showInPage(<ShareDialog conversation={conversation} onClose={vi.fn()} />);

describe("sharing a conversation", () => {
  it("says what everybody can read, and gives a link with the name that was chosen", async () => {
    open();
    expect(await screen.findByText(/Everybody who has the link can read the conversation as it is now/)).toBeVisible();
    await userEvent.type(screen.getByRole("textbox", { name: /Your name/ }), " A. N. Author ");
    await userEvent.click(screen.getByRole("button", { name: "Create link" }));
    expect(await screen.findByRole("textbox", { name: "Link" })).toHaveValue(`${window.location.origin}/shared/${share.token}`);
    expect(asked).toEqual([{ author_name: "A. N. Author" }]);
  });

  it("takes the snapshot anew under the same link, also without the name", async () => {
    stored = { ...share, author_name: "Vera" };
    open();
    await userEvent.clear(await screen.findByDisplayValue("Vera"));
    await userEvent.click(screen.getByRole("button", { name: "Show it as it is now" }));
    await vi.waitFor(() => expect(asked).toEqual([{ author_name: null }]));
  });

  it("takes the link back", async () => {
    stored = share;
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Withdraw link" }));
    expect(await screen.findByRole("button", { name: "Create link" })).toBeVisible();
  });

  it("says why it cannot be shared", async () => {
    services.use(http.put(url, () => problem(403, "Sharing by link is switched off here.", { code: "sharing_off" })));
    open();
    await userEvent.click(await screen.findByRole("button", { name: "Create link" }));
    expect(await screen.findByText("Sharing by link is switched off here.")).toBeVisible();
  });
});

import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession, getSession, type Session } from "@/api/session";
import type { Feedback } from "@/api/shapes";
import { messageAfter, messageOf } from "@/test/messages";
import { receive, scriptSockets } from "@/test/scripted-socket";
import { at, services, startServices } from "@/test/services";
import { showInPage } from "@/test/ShowInPage";
import { tokenFor } from "@/test/tokens";
import { ChatPane } from "./ChatPane";

startServices();

const url = `${at.chat}/conversations/c1/messages`;

/** What the service was asked to keep, in order; null for "forget it". */
let asked: (Feedback | null)[] = [];

async function open(feedback: Feedback | null = null) {
  services.use(
    http.get(url, () => HttpResponse.json([messageAfter("q1", "a1", { feedback }), messageOf("q1")])),
    http.put(`${url}/a1/feedback`, async ({ request }) => {
      const given = (await request.json()) as Feedback;
      asked.push(given);
      return HttpResponse.json(messageOf("a1", { feedback: given }));
    }),
    http.delete(`${url}/a1/feedback`, () => {
      asked.push(null);
      return HttpResponse.json(messageOf("a1"));
    }),
  );
  beginSession(tokenFor("vera"));
  showInPage(<ChatPane conversationId="c1" conversation={undefined} session={getSession() as Session} onActivity={vi.fn()} onModelChosen={vi.fn()} />);
  await screen.findByText("text of a1");
  await receive({ type: "ready", conversation_id: "c1", active: [] });
}

const thumb = (name: "Good answer" | "Bad answer") => screen.getByRole("button", { name });
const comment = () => screen.getByRole("textbox", { name: "What was good or bad about it? (optional)" });

beforeEach(() => {
  asked = [];
  scriptSockets();
  services.use(http.get(`${at.chat}/models`, () => HttpResponse.json([])));
});

afterEach(() => vi.unstubAllGlobals());

describe("the thumbs under an answer", () => {
  it("are for answers alone, and not chosen at first", async () => {
    await open();
    expect(screen.getAllByRole("button", { name: "Good answer" })).toHaveLength(1);
    expect(thumb("Good answer")).toHaveAttribute("aria-pressed", "false");
    expect(screen.queryByRole("button", { name: "Comment on this answer" })).toBeNull();
  });

  it("keep a rating at once, and a comment after it", async () => {
    await open();
    await userEvent.click(thumb("Bad answer"));
    expect(await screen.findByRole("textbox", { name: /What was good or bad/ })).toHaveFocus();
    expect(thumb("Bad answer")).toHaveAttribute("aria-pressed", "true");
    expect(screen.getByRole("button", { name: "Save comment" })).toBeDisabled();
    await userEvent.type(comment(), " That is Lyon. ");
    await userEvent.click(screen.getByRole("button", { name: "Save comment" }));
    await screen.findByRole("button", { name: "Comment on this answer" });
    expect(asked).toEqual([{ rating: "down", comment: null }, { rating: "down", comment: "That is Lyon." }]);
  });

  it("change the rating and keep the comment", async () => {
    await open({ rating: "down", comment: "Hm" });
    await userEvent.click(thumb("Good answer"));
    expect(await screen.findByDisplayValue("Hm")).toBeVisible();
    expect(asked).toEqual([{ rating: "up", comment: "Hm" }]);
    expect(thumb("Bad answer")).toHaveAttribute("aria-pressed", "false");
  });

  it("take the rating back when they are pressed again", async () => {
    await open({ rating: "up", comment: "Hm" });
    await userEvent.click(thumb("Good answer"));
    await vi.waitFor(() => expect(thumb("Good answer")).toHaveAttribute("aria-pressed", "false"));
    expect(asked).toEqual([null]);
    expect(screen.queryByRole("textbox", { name: /What was good or bad/ })).toBeNull();
  });

  it("leave a comment as it was after Escape", async () => {
    await open({ rating: "up", comment: "Hm" });
    await userEvent.click(screen.getByRole("button", { name: "Comment on this answer" }));
    await userEvent.type(comment(), " more{Escape}");
    await userEvent.click(screen.getByRole("button", { name: "Comment on this answer" }));
    expect(comment()).toHaveValue("Hm");
    expect(asked).toEqual([]);
  });

  it("show what was chosen on another page", async () => {
    await open();
    await receive({ type: "feedback", message_id: "a1", feedback: { rating: "up", comment: null } });
    expect(thumb("Good answer")).toHaveAttribute("aria-pressed", "true");
  });

  it("say why a comment was not kept, and lose nothing of it", async () => {
    await open({ rating: "up", comment: null });
    services.use(http.put(`${url}/a1/feedback`, () => HttpResponse.json({ detail: "The disk is full. Try again.", code: "unavailable" }, { status: 503 })));
    await userEvent.click(screen.getByRole("button", { name: "Comment on this answer" }));
    await userEvent.type(comment(), "Good");
    await userEvent.click(screen.getByRole("button", { name: "Save comment" }));
    expect(await screen.findByText("The disk is full. Try again.")).toBeVisible();
    expect(comment()).toHaveValue("Good");
  });
});

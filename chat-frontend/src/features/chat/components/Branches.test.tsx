import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession, getSession, type Session } from "@/api/session";
import type { Message } from "@/api/shapes";
import { messageAfter, messageOf, TIME } from "@/test/messages";
import { showInPage } from "@/test/ShowInPage";
import { receive, scriptSockets, socket } from "@/test/scripted-socket";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ChatPane } from "./ChatPane";

startServices();

const offer = (...messages: Message[]) =>
  services.use(http.get(`${at.chat}/conversations/c1/messages`, () => HttpResponse.json(messages.toReversed())));

async function open() {
  beginSession(tokenFor("vera"));
  showInPage(
    <ChatPane conversationId="c1" conversation={undefined} session={getSession() as Session} onActivity={vi.fn()} onModelChosen={vi.fn()} />,
  );
  await screen.findAllByRole("article");
  await receive({ type: "ready", conversation_id: "c1", active: [] });
}

const articles = () => screen.getAllByRole("article").map((article) => article.textContent ?? "");

beforeEach(() => {
  scriptSockets();
  services.use(http.get(`${at.chat}/models`, () => HttpResponse.json([])));
});

afterEach(() => vi.unstubAllGlobals());

describe("an own message", () => {
  it("is edited in its place, and the new text is sent once", async () => {
    offer(messageOf("q1"), messageAfter("q1", "a1"));
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Edit message" }));
    const field = screen.getByRole("textbox", { name: "Edit message" });
    expect(field).toHaveFocus();
    expect(screen.getByRole("button", { name: "Send" })).toBeDisabled();
    await userEvent.clear(field);
    await userEvent.type(field, "Better{Enter}");
    const frame = socket().sent.at(-1);
    expect(frame).toMatchObject({ type: "edit", message_id: "q1", content: "Better" });
    expect(screen.getByText("Thinking…")).toBeVisible();
    await receive({ type: "ack", client_id: frame?.client_id, message_id: "q2", timestamp: TIME });
    await receive({ type: "start", message_id: "a2", in_reply_to: "q2", model: "m", sibling_ids: ["a2"], client_id: null, seq: 0, content: "" });
    expect(articles()).toHaveLength(2);
    expect(articles()[0]).toContain("Better");
    expect(screen.getByRole("group", { name: "Version 2 of 2" })).toBeVisible();
  });

  it("stays as it was after Escape", async () => {
    offer(messageOf("q1"), messageAfter("q1", "a1"));
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Edit message" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Edit message" }), " more{Escape}");
    expect(screen.getByText("text of q1")).toBeVisible();
    expect(socket().sent).toEqual([]);
  });
});

describe("an answer", () => {
  it("is asked for again, and the next one takes its place", async () => {
    offer(messageOf("q1"), messageAfter("q1", "a1"), messageAfter("a1", "q2"), messageAfter("q2", "a2"));
    await open();
    const [first] = screen.getAllByRole("button", { name: "Another answer" });
    await userEvent.click(first as HTMLElement);
    const frame = socket().sent.at(-1);
    expect(frame).toMatchObject({ type: "regenerate", message_id: "a1" });
    await receive({ type: "start", message_id: "a3", in_reply_to: "q1", model: "m", sibling_ids: ["a1", "a3"], client_id: frame?.client_id, seq: 0, content: "" });
    expect(articles()).toHaveLength(2);
  });

  it("that was cut off is continued", async () => {
    offer(messageOf("q1"), messageAfter("q1", "a1", { status: "interrupted", content: "Half a " }));
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Continue writing" }));
    const frame = socket().sent.at(-1);
    expect(frame).toMatchObject({ type: "continue", message_id: "a1" });
    await receive({ type: "start", message_id: "a2", in_reply_to: "q1", model: "m", sibling_ids: ["a1", "a2"], client_id: frame?.client_id, seq: 1, content: "Half a " });
    await receive({ type: "delta", message_id: "a2", seq: 2, content: "word" });
    expect(await screen.findByText("Half a word", {}, { timeout: 10_000 })).toBeVisible();
  });

  it("without a word is not continued but asked for again", async () => {
    offer(messageOf("q1"), messageAfter("q1", "a1", { status: "interrupted", content: "" }));
    await open();
    expect(screen.queryByRole("button", { name: "Continue writing" })).toBeNull();
    expect(screen.getByRole("button", { name: "Ask again" })).toBeEnabled();
  });

  it("that is refused says why, and all is as before", async () => {
    offer(messageOf("q1"), messageAfter("q1", "a1"));
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Another answer" }));
    const frame = socket().sent.at(-1);
    await receive({ type: "error", code: "busy", message: "An answer is still being written.", retryable: true, client_id: frame?.client_id });
    expect(screen.getByText("An answer is still being written.")).toBeVisible();
    expect(articles()).toHaveLength(2);
    expect(screen.getByRole("button", { name: "Another answer" })).toBeEnabled();
  });
});

describe("the versions of a message", () => {
  const versions = { sibling_ids: ["a1", "a2"] };

  it("are gone through, and the page shows what the service then shows", async () => {
    offer(messageOf("q1"), messageAfter("q1", "a2", versions));
    const chosen: unknown[] = [];
    services.use(
      http.put(`${at.chat}/conversations/c1/branch`, async ({ request }) => {
        chosen.push(await request.json());
        return HttpResponse.json({ leaf_id: "a1" });
      }),
    );
    await open();
    const group = screen.getByRole("group", { name: "Version 2 of 2" });
    expect(within(group).getByRole("button", { name: "Version after" })).toBeDisabled();
    await userEvent.click(within(group).getByRole("button", { name: "Version before" }));
    expect(chosen).toEqual([{ message_id: "a1" }]);
    offer(messageOf("q1"), messageAfter("q1", "a1", versions));
    await receive({ type: "branch", leaf_id: "a1" });
    expect(await screen.findByRole("group", { name: "Version 1 of 2" })).toBeVisible();
    expect(await screen.findByText("text of a1", {}, { timeout: 10_000 })).toBeVisible();
    expect(screen.queryByText("text of a2")).toBeNull();
  });

  it("say when the service cannot show another one", async () => {
    offer(messageOf("q1"), messageAfter("q1", "a2", versions));
    services.use(http.put(`${at.chat}/conversations/c1/branch`, () => problem(503, "The database is busy.")));
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Version before" }));
    expect(await screen.findByText("The database is busy.")).toBeVisible();
  });

  it("are not shown where there is one alone", async () => {
    offer(messageOf("q1"), messageAfter("q1", "a1"));
    await open();
    expect(screen.queryByRole("group", { name: /Version/ })).toBeNull();
  });
});

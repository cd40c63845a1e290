import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession, getSession, type Session } from "@/api/session";
import type { Message } from "@/api/shapes";
import { messageAfter, TIME } from "@/test/messages";
import { receive, scriptSockets, socket } from "@/test/scripted-socket";
import { showInPage } from "@/test/ShowInPage";
import { at, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ChatPane } from "./ChatPane";

startServices();

const LINE = "The model no longer sees what is above.";
const usage = { prompt_tokens: 600, completion_tokens: 240, total_tokens: 840 };
const context = { messages: 1, first_message_id: "u2", prompt_tokens: 500, window_tokens: 1000 };

async function open(messages: Message[] = []) {
  services.use(http.get(`${at.chat}/conversations/c1/messages`, () => HttpResponse.json(messages.toReversed())));
  beginSession(tokenFor("vera"));
  showInPage(<ChatPane conversationId="c1" conversation={undefined} session={getSession() as Session} onActivity={vi.fn()} onModelChosen={vi.fn()} />);
  await receive({ type: "ready", conversation_id: "c1", active: [] });
  if (messages.length > 0) await screen.findByText("text of u1");
}

const field = () => screen.getByRole("textbox", { name: "Message" });
const branch = [messageAfter(null, "u1"), messageAfter("u1", "a1"), messageAfter("a1", "u2"), messageAfter("u2", "a2", { context, usage })];

describe("what the model sees", () => {
  beforeEach(() => {
    scriptSockets();
    services.use(http.get(`${at.chat}/models`, () => HttpResponse.json([])));
  });
  afterEach(() => vi.unstubAllGlobals());

  it("is marked where it begins, and told in figures on focus", async () => {
    await open(branch);
    const line = screen.getByText(LINE);
    expect(line.compareDocumentPosition(screen.getByText("text of u2"))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    const gauge = screen.getByRole("meter", { name: "What the model can read" });
    expect(gauge).toHaveAttribute("aria-valuenow", "84");
    expect(gauge).toHaveAttribute("data-full", "true");
    act(() => gauge.focus());
    expect(await screen.findByRole("tooltip")).toHaveTextContent("840 of 1,000 tokens that the model can read are used (84 %). For the last answer it saw 1 message.");
  });

  it("is neither marked nor measured where all is seen and nobody knows how much can be", async () => {
    await open([messageAfter(null, "u1"), messageAfter("u1", "a1", { context: { ...context, first_message_id: "u1", window_tokens: null } })]);
    expect(screen.queryByText(LINE)).toBeNull();
    expect(screen.queryByRole("meter")).toBeNull();
  });

  it("follows the answer that is written", async () => {
    await open(branch);
    await receive({ type: "message", role: "user", message_id: "u3", content: "three", parent_id: "a2", timestamp: TIME });
    await receive({ type: "start", message_id: "a3", in_reply_to: "u3", context: { ...context, first_message_id: "u3", prompt_tokens: 100 } });
    expect(screen.getByText(LINE).compareDocumentPosition(screen.getByText("three"))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    expect(screen.getByRole("meter")).toHaveAttribute("aria-valuenow", "10");
  });

  it("cannot be one message that is too long: its text is in the field again, with the figure", async () => {
    await open();
    await userEvent.type(field(), "far too long{Enter}");
    const frame = socket().sent.findLast(({ type }) => type === "message");
    await userEvent.type(field(), "meanwhile");
    await receive({ type: "error", code: "message_too_long", message: "This message has about 9 tokens.", retryable: false, client_id: frame?.client_id });
    expect(field()).toHaveValue("far too long\n\nmeanwhile");
    expect(screen.getByRole("alert")).toHaveTextContent("This message has about 9 tokens.");
    expect(screen.queryByRole("article")).toBeNull();
  });

  it("cannot be an edited one either, and its text is not lost", async () => {
    await open(branch);
    const article = screen.getAllByRole("article", { name: "You" })[1] as HTMLElement;
    await userEvent.click(within(article).getByRole("button", { name: "Edit message" }));
    await userEvent.type(screen.getByRole("textbox", { name: "Edit message" }), " and more{Enter}");
    const frame = socket().sent.findLast(({ type }) => type === "edit");
    await receive({ type: "error", code: "message_too_long", message: "This message has about 9 tokens.", retryable: false, client_id: frame?.client_id });
    expect(field()).toHaveValue("text of u2 and more");
    expect(screen.getByText("text of u2")).toBeVisible();
  });
});

describe("what the model thinks", () => {
  beforeEach(() => {
    scriptSockets();
    services.use(http.get(`${at.chat}/models`, () => HttpResponse.json([])));
  });
  afterEach(() => vi.unstubAllGlobals());

  it("is folded above the answer, with how long it took", async () => {
    await open([messageAfter(null, "u1"), messageAfter("u1", "a1", { reasoning: { content: "Two **and** two.", end: 16, seconds: 12.4 } })]);
    const summary = screen.getByText("Thought for 12 seconds");
    expect(screen.queryByText("and")).toBeNull();
    await userEvent.click(summary);
    expect((await screen.findByText("and", {}, { timeout: 10_000 })).tagName).toBe("STRONG");
  });

  it("shows that it goes on, and then that it is over", async () => {
    await open();
    await receive({ type: "start", message_id: "a1" });
    expect(screen.getAllByText("Thinking…")).toHaveLength(1);
    await receive({ type: "reasoning", message_id: "a1", begin: 0, end: 4, content: "Two " });
    await waitFor(() => expect(screen.getByText("Thinking…").closest("details")).not.toBeNull());
    await receive({ type: "delta", message_id: "a1", seq: 1, content: "Four." });
    expect(await screen.findByText("Thought for 1 second")).toBeVisible();
    const reasoning = { content: "Two and two.", end: 12, seconds: 7 };
    await receive({ type: "message", role: "assistant", message_id: "a1", seq: 1, content: "Four.", status: "complete", timestamp: TIME, reasoning });
    expect(screen.getByText("Thought for 7 seconds")).toBeVisible();
  });

  it("has no duration where nobody knows it, and nothing to show where there is none", async () => {
    await open([messageAfter(null, "u1"), messageAfter("u1", "a1", { status: "interrupted", reasoning: { content: "Two", end: 3, seconds: null } }), messageAfter("a1", "u2"), messageAfter("u2", "a2")]);
    expect(screen.getAllByRole("group").filter(({ tagName }) => tagName === "DETAILS")).toHaveLength(1);
    expect(screen.getByText("Thoughts")).toBeVisible();
  });
});

import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession, getSession, getSessionState, type Session } from "@/api/session";
import { showInPage } from "@/test/ShowInPage";
import { lose, receive, ScriptedSocket, scriptSockets, socket } from "@/test/scripted-socket";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ChatPane } from "./ChatPane";

startServices();

const becomeReady = () => receive({ type: "ready", conversation_id: "c1", active: [] });
const time = "2026-01-01T00:00:00+00:00";

const pane = (session: Session) => (
  <ChatPane conversationId="c1" conversation={undefined} session={session} onActivity={vi.fn()} onModelChosen={vi.fn()} />
);

function open() {
  beginSession(tokenFor("vera"));
  return showInPage(pane(getSession() as Session));
}

const NO_MATCH = { matches: false, addEventListener: vi.fn<() => void>(), removeEventListener: vi.fn<() => void>() };

const field = () => screen.getByRole("textbox", { name: "Message" });

async function sendHello() {
  await userEvent.type(field(), "Hello{Enter}");
  return socket().sent.findLast(({ type }) => type === "message");
}

describe("a conversation", () => {
  beforeEach(() => {
    scriptSockets();
    services.use(
      http.get(`${at.chat}/conversations/c1/messages`, () => HttpResponse.json([])),
      http.get(`${at.chat}/models`, () =>
        HttpResponse.json([{ id: "s", name: "SmolLM2", description: "", is_default: true, is_demonstration: true }]),
      ),
    );
  });

  afterEach(() => vi.unstubAllGlobals());

  it("shows the question at once, and the answer as it comes", async () => {
    open();
    await becomeReady();
    const frame = await sendHello();
    expect(screen.getByRole("article", { name: "You" })).toHaveTextContent("Hello");
    expect(field()).toHaveValue("");
    await receive({ type: "ack", client_id: frame?.client_id, message_id: "u1", timestamp: time });
    expect(screen.getByText("Thinking…")).toBeVisible();
    await receive({ type: "start", message_id: "a1", in_reply_to: "u1", model: "s" });
    await receive({ type: "delta", message_id: "a1", seq: 1, content: "Good **day**" });
    expect(await screen.findByText("day", {}, { timeout: 10_000 })).toBeVisible();
    expect(screen.getByRole("button", { name: "Stop answer" })).toBeEnabled();
    await receive({ type: "message", role: "assistant", message_id: "a1", seq: 1, content: "Good **day**", status: "complete", timestamp: time });
    expect(screen.getByRole("article", { name: "Assistant" })).toHaveAttribute("data-status", "complete");
    expect(screen.getByRole("log", { name: "Latest answer" })).toHaveTextContent("Good **day**");
  });

  it("begins a line with Shift+Enter and sends nothing", async () => {
    open();
    await becomeReady();
    await userEvent.type(field(), "one{Shift>}{Enter}{/Shift}two");
    expect(field()).toHaveValue("one\ntwo");
    expect(socket().sent).toEqual([]);
  });

  it("begins a line with Enter where one writes on the screen, and the button sends", async () => {
    // Enter once sent half a message from every phone: its keyboard has no Shift+Enter.
    vi.stubGlobal("matchMedia", (query: string) => ({ ...NO_MATCH, matches: query === "(hover: none) and (pointer: coarse)" }));
    open();
    await becomeReady();
    await userEvent.type(field(), "one{Enter}two");
    expect(field()).toHaveValue("one\ntwo");
    expect(socket().sent).toEqual([]);
    expect(screen.queryByText(/Enter sends/)).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Send message" }));
    expect(socket().sent.findLast(({ type }) => type === "message")).toMatchObject({ content: "one\ntwo" });
    expect(field()).toHaveValue("");
  });

  it("sends with Ctrl+Enter everywhere", async () => {
    vi.stubGlobal("matchMedia", () => ({ ...NO_MATCH, matches: true }));
    open();
    await becomeReady();
    await userEvent.type(field(), "one{Control>}{Enter}{/Control}");
    expect(socket().sent.findLast(({ type }) => type === "message")).toMatchObject({ content: "one" });
  });

  it("stops an answer", async () => {
    open();
    await becomeReady();
    await receive({ type: "start", message_id: "a1" });
    await userEvent.click(screen.getByRole("button", { name: "Stop answer" }));
    expect(socket().sent).toContainEqual({ type: "stop", message_id: "a1" });
  });

  it("keeps a draft when it is closed and opened again", async () => {
    const { unmount } = open();
    await userEvent.type(field(), "half a thought");
    unmount();
    open();
    expect(field()).toHaveValue("half a thought");
  });

  it("sends a message that was not acknowledged again after the page was closed, under the same id", async () => {
    const { unmount } = open();
    await becomeReady();
    const first = await sendHello();
    unmount();
    open();
    expect(await screen.findByRole("article", { name: "You" })).toHaveTextContent("Hello");
    await becomeReady();
    expect(socket().sent).toContainEqual(first);
  });

  it("puts a refused message back into the draft when asked to", async () => {
    open();
    await becomeReady();
    const frame = await sendHello();
    await receive({ type: "error", code: "busy", message: "An answer is being written.", retryable: true, client_id: frame?.client_id });
    const article = screen.getByRole("article", { name: "You" });
    expect(within(article).getByRole("alert")).toHaveTextContent("An answer is being written.");
    await userEvent.click(within(article).getByRole("button", { name: "Back to draft" }));
    expect(field()).toHaveValue("Hello");
    expect(screen.queryByRole("article")).toBeNull();
  });

  it("says that an answer failed, and asks again when told to", async () => {
    open();
    await becomeReady();
    const frame = await sendHello();
    await receive({ type: "ack", client_id: frame?.client_id, message_id: "u1", timestamp: time });
    const error = { code: "upstream", message: "The model is down.", retryable: true };
    await receive({ type: "message", role: "assistant", message_id: "a1", in_reply_to: "u1", content: "", status: "failed", timestamp: time, error });
    expect(screen.getByText("The model is down.")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Ask again" }));
    expect(socket().sent.at(-1)).toMatchObject({ type: "regenerate", message_id: "a1" });
    expect(screen.getByRole("button", { name: "Ask again" })).toBeDisabled();
  });

  it("says that it is not connected, and connects again when asked", async () => {
    open();
    await becomeReady();
    await lose(4429);
    expect(screen.getByText(/Too many connections are open/)).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Reconnect" }));
    expect(ScriptedSocket.all).toHaveLength(2);
    await becomeReady();
    expect(document.querySelector('[data-connection="open"]')).toHaveTextContent("Connected");
  });

  it("goes on with the next token when its own is refused", async () => {
    services.use(http.post(`${at.auth}/auth/refresh`, () => HttpResponse.json(tokenFor("vera", "next"))));
    open();
    await becomeReady();
    await userEvent.type(field(), "half a thought");
    await lose(4401);
    await vi.waitFor(() => expect(ScriptedSocket.all).toHaveLength(2));
    expect(socket().protocols).toEqual(["convoai", `bearer.${tokenFor("vera", "next").access_token}`]);
    expect(field()).toHaveValue("half a thought");
  });

  it("ends the session and keeps the draft when there is no next token", async () => {
    services.use(http.post(`${at.auth}/auth/refresh`, () => problem(401, "Sign in again.")));
    open();
    await becomeReady();
    await userEvent.type(field(), "half a thought");
    await lose(4401);
    await vi.waitFor(() => expect(getSessionState()).toEqual({ phase: "signed-out", ending: "ended" }));
    expect(ScriptedSocket.all).toHaveLength(1);
    expect(localStorage.getItem("convoai.draft.vera.c1")).toBe("half a thought");
  });

  it("connects again with the next token after it had given up", async () => {
    const { showInstead } = open();
    await becomeReady();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      await lose(1006);
      await act(() => vi.advanceTimersByTime(2000 * attempt));
    }
    vi.useRealTimers();
    expect(screen.getByText(/The chat service cannot be reached/)).toBeVisible();
    const before = ScriptedSocket.all.length;
    beginSession(tokenFor("vera", "next"));
    showInstead(pane(getSession() as Session));
    expect(ScriptedSocket.all).toHaveLength(before + 1);
  });

  it("says when it does not exist", async () => {
    open();
    await lose(4404);
    expect(screen.getByRole("heading", { name: "Conversation not found" })).toBeVisible();
  });

  it("shows why its messages could not be loaded, and tries again", async () => {
    services.use(http.get(`${at.chat}/conversations/c1/messages`, () => problem(503, "The database is busy.")));
    open();
    expect(await screen.findByText("The database is busy.")).toBeVisible();
    services.use(http.get(`${at.chat}/conversations/c1/messages`, () => HttpResponse.json([])));
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("Ask anything to begin this conversation.")).toBeVisible();
  });

  it("says that the model is a small demonstration", async () => {
    open();
    expect(await screen.findByText(/small demonstration model/)).toBeVisible();
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConversationSocket } from "./conversation-socket";
import { type Connection, PING_EVERY_MS, PONG_LIMIT_MS, READY_LIMIT_MS, STABLE_AFTER_MS } from "./live-socket";
import type { ServerFrame } from "./frames";

class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readonly sent: string[] = [];
  readyState = 1;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string, readonly protocols: string[]) {
    FakeSocket.all.push(this);
  }

  send(text: string) {
    this.sent.push(text);
  }

  close() {
    this.readyState = 3;
  }

  receive(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

const current = () => FakeSocket.all.at(-1) as FakeSocket;
const becomeReady = () => current().receive({ type: "ready", conversation_id: "c", active: [] });
const lose = (code = 1006) => current().onclose?.({ code });

describe("ConversationSocket", () => {
  let states: Connection[];
  let frames: ServerFrame[];
  let token: string | null;
  let renewals: string[];
  let renewal: "renewed" | "refused" | "unanswered";
  let refusals: string[];
  let socket: ConversationSocket;
  const phases = () => states.map(({ phase }) => phase);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    FakeSocket.all = [];
    [states, frames, renewals, refusals] = [[], [], [], []];
    [token, renewal] = ["secret", "renewed"];
    socket = new ConversationSocket({
      url: "ws://chat/ws/c?stream=true",
      accessToken: () => token,
      onConnection: (state) => states.push(state),
      onFrame: (frame) => frames.push(frame),
      renewCredentials: (refused) => {
        renewals.push(refused);
        if (renewal === "renewed") token = "next";
        return Promise.resolve(renewal);
      },
      onCredentialsRefused: (refused) => refusals.push(refused),
    });
    socket.open();
  });

  afterEach(() => {
    socket.close();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("carries the token as a subprotocol and never in the address", () => {
    expect(current().protocols).toEqual(["convoai", "bearer.secret"]);
    expect(current().url).not.toContain("secret");
  });

  it("is open once the service says that it is ready", () => {
    expect(phases()).toEqual(["connecting"]);
    becomeReady();
    expect(phases()).toEqual(["connecting", "open"]);
  });

  it("reconnects five times, 2 s later each time, and then gives up", () => {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      lose();
      expect(states.at(-1)).toMatchObject({ phase: "closed", attempt });
      vi.advanceTimersByTime(2000 * attempt - 1);
      expect(FakeSocket.all).toHaveLength(attempt);
      vi.advanceTimersByTime(1);
      expect(FakeSocket.all).toHaveLength(attempt + 1);
    }
    lose();
    expect(states.at(-1)).toEqual({ phase: "failed", code: 1006 });
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(6);
  });

  it("does not count anew when a connection breaks at once each time", () => {
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      becomeReady();
      lose();
      vi.advanceTimersByTime(2000 * attempt);
    }
    becomeReady();
    lose();
    expect(states.at(-1)?.phase).toBe("failed");
  });

  it("counts anew after a connection that lasted", () => {
    lose();
    vi.advanceTimersByTime(2000);
    becomeReady();
    vi.advanceTimersByTime(STABLE_AFTER_MS);
    lose();
    expect(states.at(-1)).toMatchObject({ phase: "closed", attempt: 1 });
  });

  it.each([4404, 4409, 4413, 4429])("takes %i as final", (code) => {
    lose(code);
    expect(states.at(-1)).toEqual({ phase: "failed", code });
    expect(renewals).toEqual([]);
  });

  it("connects again with a new token when its own is refused", async () => {
    becomeReady();
    lose(4401);
    await vi.advanceTimersByTimeAsync(0);
    expect(renewals).toEqual(["secret"]);
    expect(current().protocols).toEqual(["convoai", "bearer.next"]);
    becomeReady();
    expect(phases()).toEqual(["connecting", "open", "connecting", "connecting", "open"]);
    expect(refusals).toEqual([]);
  });

  it("gives up when the new token is refused at once, too", async () => {
    lose(4401);
    await vi.advanceTimersByTimeAsync(0);
    lose(4401);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toEqual({ phase: "failed", code: 4401 });
    expect(refusals).toEqual(["next"]);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("gives up when there is no new token", async () => {
    renewal = "refused";
    lose(4401);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(states.at(-1)).toEqual({ phase: "failed", code: 4401 });
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("tries again later when nobody could say whether there is a new token", async () => {
    renewal = "unanswered";
    lose(4401);
    await vi.advanceTimersByTimeAsync(0);
    expect(states.at(-1)).toMatchObject({ phase: "closed", attempt: 1 });
    renewal = "renewed";
    await vi.advanceTimersByTimeAsync(2000);
    lose(4401);
    await vi.advanceTimersByTimeAsync(0);
    becomeReady();
    expect(states.at(-1)?.phase).toBe("open");
  });

  it("stays closed when it was closed while a new token was on its way", async () => {
    lose(4401);
    socket.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("always connects with the token of the moment, and not at all without one", () => {
    token = "renewed in time";
    lose();
    vi.advanceTimersByTime(2000);
    expect(current().protocols).toEqual(["convoai", "bearer.renewed in time"]);
    token = null;
    lose();
    vi.advanceTimersByTime(4000);
    expect(FakeSocket.all).toHaveLength(2);
    expect(states.at(-1)).toEqual({ phase: "failed", code: 4401 });
  });

  it.each([1006, 1011, 1012, 4408])("comes back after %i", (code) => {
    lose(code);
    expect(states.at(-1)?.phase).toBe("closed");
  });

  it("tries at once when the browser is online again, even after giving up", () => {
    lose(4429);
    window.dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(2);
    becomeReady();
    expect(states.at(-1)?.phase).toBe("open");
  });

  it("tries at once when asked to", () => {
    lose();
    socket.reconnect();
    expect(FakeSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(2000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("gives a connection up that never becomes ready", () => {
    vi.advanceTimersByTime(READY_LIMIT_MS);
    expect(states.at(-1)?.phase).toBe("closed");
  });

  it("notices a connection that is silently gone", () => {
    becomeReady();
    vi.advanceTimersByTime(PING_EVERY_MS);
    expect(current().sent).toEqual(['{"type":"ping"}']);
    vi.advanceTimersByTime(PONG_LIMIT_MS);
    expect(states.at(-1)?.phase).toBe("closed");
  });

  it("stays open while pongs come", () => {
    becomeReady();
    for (let round = 0; round < 5; round += 1) {
      vi.advanceTimersByTime(PING_EVERY_MS);
      current().receive({ type: "pong" });
    }
    vi.advanceTimersByTime(PONG_LIMIT_MS);
    expect(states.at(-1)?.phase).toBe("open");
    expect(current().sent).toHaveLength(5);
  });

  it("hands on known frames and passes over what it does not know", () => {
    current().onmessage?.({ data: "no JSON" });
    current().receive({ type: "news" });
    current().receive({ type: "delta", message_id: "a" });
    current().receive({ type: "title", title: "T" });
    expect(frames).toEqual([{ type: "title", title: "T" }]);
  });

  it("is silent after being closed", () => {
    socket.close();
    const before = states.length;
    window.dispatchEvent(new Event("online"));
    vi.advanceTimersByTime(60_000);
    expect(states).toHaveLength(before);
    expect(FakeSocket.all).toHaveLength(1);
  });
});

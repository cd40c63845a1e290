import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { messageOf, TIME } from "@/test/messages";
import { reduceConversation } from "./conversation-reducer";
import { type ConversationEvent, type ConversationState, emptyConversation, type LiveMessage } from "./conversation-state";
import type { ClientFrame, ServerFrame } from "./frames";

const frame = (value: ServerFrame): ConversationEvent => ({ type: "frame", frame: value });
const ready = (...active: string[]) =>
  frame({ type: "ready", conversation_id: "c", active: active.map((message_id) => ({ message_id, seq: 0 })) });
const delta = (seq: number, content: string, message_id = "a1") => frame({ type: "delta", message_id, seq, content });
const start = (message_id = "a1") => frame({ type: "start", message_id, in_reply_to: "u1", model: "m" });
const send = (clientId: string, content = "Hello"): ConversationEvent => ({ type: "send", clientId, content, model: null, at: TIME });
const ack = (client_id: string, message_id = "u1") => frame({ type: "ack", client_id, message_id, timestamp: TIME });
const final = (content: string, change = {}) =>
  frame({ type: "message", role: "assistant", message_id: "a1", content, timestamp: TIME, status: "complete", seq: 9, ...change });

function run(...events: ConversationEvent[]) {
  let state: ConversationState = emptyConversation;
  const sent: ClientFrame[] = [];
  for (const event of events) {
    const step = reduceConversation(state, event);
    state = step.state;
    sent.push(...step.send);
  }
  return { state, sent, messages: state.messages, last: state.messages.at(-1) as LiveMessage };
}

describe("an answer as it comes", () => {
  it("joins its deltas in order", () => {
    const { last } = run(ready(), start(), delta(1, "Par"), delta(2, "is"));
    expect(last).toMatchObject({ content: "Paris", seq: 2, status: "streaming", inReplyTo: "u1" });
  });

  it("drops a delta it already has", () => {
    expect(run(ready(), start(), delta(1, "a"), delta(1, "a"), delta(2, "b"), delta(1, "a")).last.content).toBe("ab");
  });

  it("asks once for what a gap leaves out, and goes on from the replay", () => {
    const { sent, last } = run(ready(), start(), delta(1, "a"), delta(3, "c"), delta(4, "d"), delta(2, "b"), delta(3, "c"), delta(4, "d"));
    expect(sent).toEqual([{ type: "resume", message_id: "a1", after: 1 }]);
    expect(last.content).toBe("abcd");
  });

  it("asks from the start when the first delta it sees is a later one", () => {
    expect(run(ready(), delta(3, "c")).sent).toEqual([{ type: "resume", message_id: "a1", after: 0 }]);
  });

  it("is replaced by its final message, after which deltas count no more", () => {
    const { last, messages } = run(ready(), start(), delta(1, "x"), final("Paris."), delta(2, "y"));
    expect(messages).toHaveLength(1);
    expect(last).toMatchObject({ content: "Paris.", status: "complete" });
  });

  it("keeps the sentence of its failure", () => {
    const error = { code: "upstream_error", message: "The model failed.", retryable: true };
    const { last, state } = run(ready(), start(), final("", { status: "failed" }), frame({ type: "error", message_id: "a1", ...error }));
    expect(last).toMatchObject({ status: "failed", error });
    expect(state.notice).toBeNull();
  });
});

describe("an own message", () => {
  it("is shown at once and sent only when the connection is ready", () => {
    const { sent, last } = run(send("k1"));
    expect(sent).toEqual([]);
    expect(last).toMatchObject({ status: "sending", id: null, content: "Hello" });
  });

  it("is sent when the connection becomes ready", () => {
    expect(run(send("k1"), ready()).sent).toEqual([{ type: "message", content: "Hello", client_id: "k1" }]);
  });

  it("is sent again under the same client id after a broken connection, until it is acknowledged", () => {
    const { sent } = run(ready(), send("k1"), { type: "connecting" }, ready(), ack("k1"), { type: "connecting" }, ready());
    expect(sent.map((one) => one.type === "message" && one.client_id)).toEqual(["k1", "k1"]);
  });

  it("keeps its key when the service names it", () => {
    const { last, messages } = run(ready(), send("k1"), ack("k1"));
    expect(messages).toHaveLength(1);
    expect(last).toMatchObject({ key: "k1", id: "u1", status: "complete" });
  });

  it("is known again in the history by its client id", () => {
    const history: ConversationEvent = { type: "history", messages: [messageOf("u1", { client_id: "k1", content: "Hello" })] };
    const { messages, last } = run(send("k1"), history);
    expect(messages).toHaveLength(1);
    expect(last).toMatchObject({ key: "k1", id: "u1", status: "complete" });
  });

  it("is known again when the service tells every tab of it", () => {
    const told = frame({ type: "message", role: "user", message_id: "u1", client_id: "k1", content: "Hello", timestamp: TIME });
    expect(run(ready(), send("k1"), told, ack("k1")).messages).toHaveLength(1);
  });

  it("awaits its answer until that begins", () => {
    expect(run(ready(), send("k1"), ack("k1")).state.awaitingReplyTo).toBe("k1");
    expect(run(ready(), send("k1"), ack("k1"), start()).state.awaitingReplyTo).toBeNull();
  });

  it("awaits no answer from a connection that is gone once it was acknowledged", () => {
    expect(run(ready(), send("k1"), ack("k1"), { type: "connecting" }).state.awaitingReplyTo).toBeNull();
    expect(run(ready(), send("k1"), { type: "connecting" }).state.awaitingReplyTo).toBe("k1");
  });
});

describe("a refusal", () => {
  const busy = { type: "error", code: "busy", message: "An answer is being written.", retryable: true } as const;

  it("marks the message it names and keeps its text", () => {
    const { last, state } = run(ready(), send("k1"), frame({ ...busy, client_id: "k1" }));
    expect(last).toMatchObject({ status: "refused", content: "Hello", error: { code: "busy" } });
    expect(state.awaitingReplyTo).toBeNull();
  });

  it("marks the oldest unacknowledged message when it names none", () => {
    expect(run(ready(), send("k1"), frame(busy)).last.status).toBe("refused");
  });

  it("of the connection itself touches no message", () => {
    const refused = frame({ type: "error", code: "invalid_credentials", message: "Sign in again.", retryable: false });
    const { last, state } = run(send("k1"), refused);
    expect(last.status).toBe("sending");
    expect(state.notice?.code).toBe("invalid_credentials");
  });

  it("can be followed by another try under the same client id", () => {
    const { sent, last } = run(ready(), send("k1"), frame({ ...busy, client_id: "k1" }), { type: "resend", clientId: "k1" });
    expect(sent.map((one) => one.type === "message" && one.client_id)).toEqual(["k1", "k1"]);
    expect(last.status).toBe("sending");
  });

  it("is not sent again by itself after a reconnect", () => {
    expect(run(ready(), send("k1"), frame({ ...busy, client_id: "k1" }), { type: "connecting" }, ready()).sent).toHaveLength(1);
  });

  it("lets the message be taken back", () => {
    expect(run(ready(), send("k1"), frame(busy), { type: "discard", clientId: "k1" }).messages).toEqual([]);
  });
});

describe("history", () => {
  it("asks for the rest of an answer that is being written, from where its text ends", () => {
    const history: ConversationEvent = { type: "history", messages: [messageOf("a1", { status: "streaming", content: "Par", seq: 2 })] };
    const { sent, last } = run(history, ready("a1"), delta(3, "is"));
    expect(sent).toEqual([{ type: "resume", message_id: "a1", after: 2 }]);
    expect(last.content).toBe("Paris");
  });

  it("asks for the end of an answer that finished meanwhile", () => {
    const { sent, last } = run(ready(), start(), delta(1, "a"), { type: "connecting" }, ready(), final("all"));
    expect(sent).toEqual([{ type: "resume", message_id: "a1", after: 1 }]);
    expect(last.content).toBe("all");
  });

  it("never goes back behind what the socket brought", () => {
    const old: ConversationEvent = { type: "history", messages: [messageOf("a1", { status: "streaming", content: "a", seq: 1 })] };
    expect(run(ready(), start(), delta(1, "a"), delta(2, "b"), old).last.content).toBe("ab");
    expect(run(ready(), start(), final("done"), old).last).toMatchObject({ content: "done", status: "complete" });
  });

  it("goes before what is newer and after what is older", () => {
    const parentOf = (id: string) => (id === "m1" ? null : `m${Number(id.slice(1)) - 1}`);
    const page = (...ids: string[]): ConversationEvent => ({ type: "history", messages: ids.map((id) => messageOf(id, { parent_id: parentOf(id) })) });
    expect(run(page("m3", "m4"), send("k1"), page("m1", "m2")).messages.map(({ key }) => key)).toEqual(["m1", "m2", "m3", "m4", "k1"]);
    expect(run(page("m1", "m2"), page("m2", "m3")).messages.map(({ key }) => key)).toEqual(["m1", "m2", "m3"]);
  });
});

/** A service that behaves as the protocol says, cut off at random, with frames doubled and lost at the cut. */
function playWithCuts(pieces: string[], cuts: { at: number; loseHistory: boolean }[]): ConversationState {
  let { state } = reduceConversation(emptyConversation, { type: "connecting" });
  const deltaFrom = (after: number, until: number) => pieces.slice(after, until).map((content, index) => delta(after + index + 1, content));
  const apply = (event: ConversationEvent, written: number) => {
    const step = reduceConversation(state, event);
    state = step.state;
    for (const one of step.send) {
      if (one.type === "resume") deltaFrom(one.after, written).forEach((replayed) => apply(replayed, written));
    }
  };
  apply(ready(), 0);
  apply(start(), 0);
  let written = 0;
  for (const cut of cuts) {
    const end = Math.max(written, Math.min(cut.at, pieces.length));
    deltaFrom(written, end).forEach((event) => apply(event, end));
    written = Math.min(pieces.length, end + 2); // the service wrote on while nobody listened
    apply({ type: "connecting" }, written);
    const history = messageOf("a1", { status: "streaming", content: pieces.slice(0, end).join(""), seq: end });
    if (!cut.loseHistory) apply({ type: "history", messages: [history] }, written);
    apply(ready("a1"), written);
    deltaFrom(Math.max(0, written - 1), written).forEach((event) => apply(event, written)); // once more, live
  }
  deltaFrom(written, pieces.length).forEach((event) => apply(event, pieces.length));
  return state;
}

describe("any number of cuts", () => {
  it("leaves the text exactly as it was written: nothing twice, nothing missing", () => {
    const cut = fc.record({ at: fc.nat(40), loseHistory: fc.boolean() });
    const pieces = fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(pieces, fc.array(cut, { maxLength: 6 }), (texts, cuts) => {
        const state = playWithCuts(texts, cuts.toSorted((one, other) => one.at - other.at));
        expect(state.messages.map(({ content }) => content)).toEqual([texts.join("")]);
      }),
      { numRuns: 400 },
    );
  });

  it("survives deltas in any order and number, as long as replays come", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: 60 }), (order) => {
        const { last } = run(ready(), start(), ...order.map((seq) => delta(seq, String(seq))));
        expect("12345678".startsWith(last.content)).toBe(true);
        expect(last.content).toHaveLength(last.seq);
      }),
    );
  });
});

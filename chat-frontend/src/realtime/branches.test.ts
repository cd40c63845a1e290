import { describe, expect, it } from "vitest";
import { messageAfter, messageOf, TIME } from "@/test/messages";
import { reduceConversation } from "./conversation-reducer";
import { type ConversationEvent, type ConversationState, emptyConversation } from "./conversation-state";
import type { ClientFrame, ServerFrame } from "./frames";

const frame = (value: ServerFrame): ConversationEvent => ({ type: "frame", frame: value });
const ready = frame({ type: "ready", conversation_id: "c", active: [] });

/** Two exchanges: q1 a1 q2 a2. */
const history: ConversationEvent = {
  type: "history",
  messages: [messageOf("q1"), messageAfter("q1", "a1"), messageAfter("a1", "q2"), messageAfter("q2", "a2")],
};

function run(...events: ConversationEvent[]) {
  let state: ConversationState = emptyConversation;
  const sent: ClientFrame[] = [];
  for (const event of events) {
    const step = reduceConversation(state, event);
    state = step.state;
    sent.push(...step.send);
  }
  return { state, sent, shown: state.messages.map(({ id, content }) => id ?? content), last: state.messages.at(-1) };
}

const asked = (kind: "edit" | "regenerate" | "continue", messageId: string, content = ""): ConversationEvent => ({
  type: "branch", kind, clientId: "k", messageId, content, at: TIME,
});
const start = (change = {}) =>
  frame({ type: "start", message_id: "a9", in_reply_to: "q1", model: "m", client_id: "k", sibling_ids: ["a1", "a9"], seq: 0, content: "", ...change });

describe("another answer", () => {
  it("is asked for once the connection is ready, and again after it was lost", () => {
    const { sent } = run(history, asked("regenerate", "a1"), ready, { type: "connecting" }, ready);
    const one = { type: "regenerate", message_id: "a1", client_id: "k" };
    expect(sent).toEqual([one, one]);
  });

  it("takes the place of the old one and of what followed that", () => {
    const { shown, last, state } = run(history, ready, asked("regenerate", "a1"), start());
    expect(shown).toEqual(["q1", "a9"]);
    expect(last).toMatchObject({ siblingIds: ["a1", "a9"], status: "streaming", parentId: "q1" });
    expect(state.pendingBranch).toBeNull();
  });

  it("is shown in another tab, too, and is no answer to what that one waits for", () => {
    const { shown } = run(history, ready, start({ client_id: "of another tab" }));
    expect(shown).toEqual(["q1", "a9"]);
  });

  it("leaves messages that are not sent yet at the end", () => {
    const waiting: ConversationEvent = { type: "send", clientId: "w", content: "waiting", model: null, at: TIME };
    expect(run(history, waiting, ready, start()).shown).toEqual(["q1", "a9", "waiting"]);
  });

  it("that is refused says why and changes nothing", () => {
    const refusal = frame({ type: "error", code: "busy", message: "Wait.", retryable: true, client_id: "k", message_id: "a1" });
    const { state, shown } = run(history, ready, asked("regenerate", "a1"), refusal);
    expect(shown).toEqual(["q1", "a1", "q2", "a2"]);
    expect(state.notice).toMatchObject({ message: "Wait." });
    expect(state.pendingBranch).toBeNull();
    expect(state.messages.every(({ error }) => error === null)).toBe(true);
  });
});

describe("the rest of an answer", () => {
  it("begins with what was there and counts on from it", () => {
    const begun = start({ seq: 2, content: "Half a " });
    const delta = frame({ type: "delta", message_id: "a9", seq: 3, content: "word" });
    const { last, sent } = run(history, ready, asked("continue", "a1"), begun, delta);
    expect(last).toMatchObject({ content: "Half a word", seq: 3 });
    expect(sent).toHaveLength(1);
  });
});

describe("an edited message", () => {
  const ack = frame({ type: "ack", client_id: "k", message_id: "q9", timestamp: TIME });

  it("of this page takes the place of the old one once it is stored", () => {
    const before = run(history, ready, asked("edit", "q2", "Better"));
    expect(before.shown).toEqual(["q1", "a1", "q2", "a2"]);
    expect(before.sent).toEqual([{ type: "edit", message_id: "q2", content: "Better", client_id: "k" }]);
    const { shown, last, state } = run(history, ready, asked("edit", "q2", "Better"), ack);
    expect(shown).toEqual(["q1", "a1", "q9"]);
    expect(last).toMatchObject({ content: "Better", role: "user", siblingIds: ["q2", "q9"], parentId: "a1" });
    expect(state.awaitingReplyTo).toBe("k");
  });

  it("of the first message leaves nothing of the old branch", () => {
    expect(run(history, ready, asked("edit", "q1", "Better"), ack, start({ in_reply_to: "q9", sibling_ids: ["a9"], client_id: null })).shown).toEqual(["q9", "a9"]);
  });

  it.each([["a1", ["q1", "a1", "q9"]], [null, ["q9"]]])("of another tab goes behind %s", (parent_id, expected) => {
    const message = frame({ type: "message", role: "user", message_id: "q9", content: "x", timestamp: TIME, parent_id, sibling_ids: ["q2", "q9"] });
    expect(run(history, ready, message).shown).toEqual(expected);
  });
});

describe("history of another branch", () => {
  it("replaces what was shown when the service says so", () => {
    const messages = [messageOf("q1"), messageAfter("q1", "b1")];
    expect(run(history, ready, { type: "other-branch", messages }).shown).toEqual(["q1", "b1"]);
  });

  it("leaves out what belongs to the branch that was shown before, after an absence", () => {
    const messages = [messageOf("q1"), messageAfter("q1", "b1"), messageAfter("b1", "q3")];
    expect(run(history, { type: "history", messages }).shown).toEqual(["q1", "b1", "q3"]);
  });

  it("keeps the ancestors that its page does not reach", () => {
    const messages = [messageAfter("a1", "q2"), messageAfter("q2", "b2")];
    expect(run(history, { type: "history", messages }).shown).toEqual(["q1", "a1", "q2", "b2"]);
  });

  it("keeps what came live while it was asked for", () => {
    const message = frame({ type: "message", role: "user", message_id: "q3", content: "x", timestamp: TIME, parent_id: "a2", sibling_ids: ["q3"] });
    expect(run(history, ready, message, history).shown).toEqual(["q1", "a1", "q2", "a2", "q3"]);
  });
});

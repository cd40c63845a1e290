import { describe, expect, it } from "vitest";
import { reduceConversation } from "./conversation-reducer";
import { beginAnswer, type ConversationState, emptyConversation } from "./conversation-state";
import type { ClientFrame, ServerFrame } from "./frames";

const time = "2026-01-01T00:00:00+00:00";
const thought = (begin: number, content: string): ServerFrame => ({
  type: "reasoning", message_id: "a1", begin, end: begin + Array.from(content).length, content,
});

function after(frames: ServerFrame[], state: ConversationState = emptyConversation) {
  const sent: ClientFrame[] = [];
  const end = frames.reduce((before, frame) => {
    const step = reduceConversation(before, { type: "frame", frame });
    sent.push(...step.send);
    return step.state;
  }, state);
  return { state: end, sent, answer: end.messages.find(({ id }) => id === "a1") };
}

const start: ServerFrame = { type: "start", message_id: "a1" };

describe("what a model thinks", () => {
  it("is put together in order, beside the answer", () => {
    const { answer, sent } = after([start, thought(0, "Two "), thought(4, "and 😀"), thought(9, "."), { type: "delta", message_id: "a1", seq: 1, content: "Four." }]);
    expect(answer).toMatchObject({ content: "Four.", seq: 1, reasoning: { content: "Two and 😀.", end: 10, seconds: null } });
    expect(sent).toEqual([]);
  });

  it("comes once, however often it is told", () => {
    const { answer } = after([start, thought(0, "Two "), thought(0, "Two "), thought(0, "Two 😀 and"), thought(4, "😀")]);
    expect(answer?.reasoning?.content).toBe("Two 😀 and");
  });

  it("that is missing in between is asked for once, from where both end", () => {
    const before = after([start, thought(0, "Two "), { type: "delta", message_id: "a1", seq: 1, content: "Fo" }]).state;
    const { answer, sent } = after([thought(9, "gap"), thought(12, "again")], before);
    expect(sent).toEqual([{ type: "resume", message_id: "a1", after: 1, reasoning_after: 4 }]);
    expect(answer?.reasoning?.content).toBe("Two ");
  });

  it("of an answer that nothing is known of begins it", () => {
    expect(after([thought(0, "Two ")]).answer).toMatchObject({ role: "assistant", status: "streaming", reasoning: { end: 4 } });
  });

  it("is taken up where the history ends", () => {
    const known = { ...beginAnswer("a1"), reasoning: { content: "Two ", end: 4, seconds: null } };
    const { sent } = after([{ type: "ready", conversation_id: "c1", active: [{ message_id: "a1", seq: 0 }] }], { ...emptyConversation, messages: [known] });
    expect(sent).toEqual([{ type: "resume", message_id: "a1", after: 0, reasoning_after: 4 }]);
  });

  it("is in the end what the final frame tells, and stays where an older service tells nothing", () => {
    const final: ServerFrame = { type: "message", role: "assistant", message_id: "a1", content: "Four.", timestamp: time, status: "complete" };
    const before = after([start, thought(0, "Two ")]).state;
    const told = { content: "Two and two.", end: 12, seconds: 3 };
    expect(after([{ ...final, reasoning: told }], before).answer?.reasoning).toEqual(told);
    expect(after([final], before).answer?.reasoning?.content).toBe("Two ");
    expect(after([{ ...final, reasoning: told }, thought(12, " Late.")], before).answer?.reasoning).toEqual(told);
  });
});

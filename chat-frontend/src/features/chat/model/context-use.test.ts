import { describe, expect, it } from "vitest";
import { beginAnswer, type LiveMessage } from "@/realtime/conversation-state";
import { contextSentence, contextStart, contextUse } from "./context-use";

const context = { messages: 3, first_message_id: "u2", prompt_tokens: 100, window_tokens: 1000 };
const usage = { prompt_tokens: 150, completion_tokens: 50, total_tokens: 200 };

const message = (id: string, parentId: string | null, change: Partial<LiveMessage> = {}): LiveMessage => ({
  ...beginAnswer(id), parentId, status: "complete", ...change,
});
const conversation = (change: Partial<LiveMessage>) => [
  message("u1", null), message("a1", "u1"), message("u2", "a1"), message("a2", "u2"), message("u3", "a2"), message("a3", "u3", change),
];

describe("how full the window is", () => {
  it("goes by what the provider counted", () => {
    const use = contextUse(conversation({ context, usage }), null);
    expect(use).toEqual({ used: 200, window: 1000, percent: 20, isEstimate: false, messages: 3 });
    expect(use && contextSentence(use)).toBe("200 of 1,000 tokens that the model can read are used (20 %). For the last answer it saw 3 messages.");
  });

  it("is an estimate where nobody counted, and says so", () => {
    const use = contextUse(conversation({ context, content: "x".repeat(350), reasoning: { content: "y".repeat(35), end: 35, seconds: 1 } }), null);
    expect(use).toMatchObject({ used: 210, isEstimate: true });
    expect(use && contextSentence({ ...use, messages: 1 })).toBe("About 210 of 1,000 tokens that the model can read are used (21 %). For the last answer it saw 1 message.");
  });

  it("is that of the model which is chosen now, and never over 100 %", () => {
    expect(contextUse(conversation({ context, usage }), 8000)).toMatchObject({ window: 8000, percent: 3 });
    expect(contextUse(conversation({ context, usage }), 100)).toMatchObject({ percent: 100 });
  });

  it("is not told where nobody knows the window, or nothing is answered yet", () => {
    expect(contextUse(conversation({ context: { ...context, window_tokens: null }, usage }), null)).toBeNull();
    expect(contextUse(conversation({}), 1000)).toBeNull();
  });
});

describe("where what the model sees begins", () => {
  it("is its oldest message, if there are any above", () => {
    expect(contextStart(conversation({ context }))).toBe("u2");
    expect(contextStart(conversation({ context: { ...context, first_message_id: "u1" } }))).toBeNull();
  });

  it("is nowhere when that message is not on the page, or nothing is answered yet", () => {
    expect(contextStart(conversation({ context: { ...context, first_message_id: "older" } }))).toBeNull();
    expect(contextStart(conversation({}))).toBeNull();
    expect(contextStart([])).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import type { LiveMessage } from "@/realtime/conversation-state";
import { contextStart } from "./context-use";
import { messagesToSend, reduceTemporary, SENT_MESSAGES, sentMessage, type TemporaryEvent } from "./temporary-chat";

const run = (...events: TemporaryEvent[]) => events.reduce<LiveMessage[]>(reduceTemporary, []);
const ask = (number: number): TemporaryEvent => ({ type: "ask", questionKey: `q${number}`, answerKey: `a${number}`, content: `question ${number}` });
const piece = (number: number, content: string, more: { model?: string; finishReason?: string } = {}): TemporaryEvent => ({
  type: "piece", answerKey: `a${number}`, content, model: null, finishReason: null, ...more,
});
const end = (number: number): TemporaryEvent => ({ type: "end", answerKey: `a${number}` });
const stop = (number: number): TemporaryEvent => ({ type: "stop", answerKey: `a${number}` });
const error = { code: "rate_limited", message: "Wait a moment.", retryable: true };
const fail = (number: number): TemporaryEvent => ({ type: "fail", answerKey: `a${number}`, error });

describe("a chat that is never stored", () => {
  it("holds the question and the answer as it grows", () => {
    const messages = run(ask(1), piece(1, "Good ", { model: "m" }), piece(1, "day", { finishReason: "length" }));
    expect(messages).toMatchObject([
      { key: "q1", role: "user", content: "question 1", status: "complete" },
      { key: "a1", role: "assistant", content: "Good day", status: "streaming", model: "m", finishReason: "length" },
    ]);
    expect(reduceTemporary(messages, end(1)).at(-1)).toMatchObject({ status: "complete", finishReason: "length" });
  });

  it("keeps what came before a stop, and nothing that comes after it", () => {
    const messages = run(ask(1), piece(1, "Good "), stop(1), piece(1, "day"), fail(1), end(1));
    expect(messages.at(-1)).toMatchObject({ content: "Good ", status: "stopped", error: null });
  });

  it("puts another answer in the place of one that failed, and takes no more of that", () => {
    const messages = run(ask(1), piece(1, "Half"), fail(1), { type: "ask-again", failedKey: "a1", answerKey: "a2" }, piece(1, "late"), piece(2, "Whole"));
    expect(messages).toMatchObject([{ key: "q1" }, { key: "a2", content: "Whole", status: "streaming", error: null }]);
  });

  it("lets the last answer alone be asked for again", () => {
    const messages = run(ask(1), fail(1), ask(2), fail(2));
    expect(messages.map(({ id }) => id)).toEqual([null, null, null, "a2"]);
  });

  it("sends the newest messages that say something, ending with the question", () => {
    const turns = Array.from({ length: 30 }, (_, index) => [ask(index), piece(index, `answer ${index}`), end(index)]).flat();
    const sent = messagesToSend(run(...turns, ask(30), fail(30), ask(31))).map(sentMessage);
    expect(sent).toHaveLength(SENT_MESSAGES);
    expect(sent.slice(-3)).toEqual([
      { role: "assistant", content: "answer 29" },
      { role: "user", content: "question 30" },
      { role: "user", content: "question 31" },
    ]);
  });

  it("knows where what the model read begins, whether the page or the service left the rest out", () => {
    const read = (number: number, left_out: number, sentKeys: string[]): TemporaryEvent => ({
      type: "read", answerKey: `a${number}`, sentKeys, context: { messages: sentKeys.length - left_out, left_out, prompt_tokens: 9, window_tokens: 99 },
    });
    const three = [ask(1), piece(1, "One"), end(1), ask(2), piece(2, "Two"), end(2), ask(3)];
    const keys = ["q1", "a1", "q2", "a2", "q3"];
    expect(contextStart(run(...three, read(3, 0, keys)))).toBeNull();
    expect(contextStart(run(...three, read(3, 2, keys)))).toBe("q2");
    expect(contextStart(run(...three, read(3, 0, keys.slice(2))))).toBe("q2");
    expect(run(...three, read(3, 2, keys)).at(-1)?.context).toEqual({ messages: 3, first_message_id: "q2", prompt_tokens: 9, window_tokens: 99 });
    expect(contextStart(run(...three, stop(3), read(3, 2, keys)))).toBeNull();
  });
});

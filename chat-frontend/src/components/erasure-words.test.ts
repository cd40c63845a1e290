import { describe, expect, it } from "vitest";
import { countSentence, planSentence, serviceTitle } from "./erasure-words";

describe("what a service holds of a person", () => {
  it("reads as a sentence, without what there is none of", () => {
    expect(countSentence({ conversations: 3, messages: 1, sessions: 1, api_keys: 2, factors: 0 })).toBe("3 conversations, 1 message, 1 sign-in, 2 api keys");
    expect(countSentence({ events: 12_345, entries: 1 })).toBe("12,345 events, 1 entry");
    expect(countSentence({ conversations: 0 })).toBeNull();
    expect(countSentence({})).toBeNull();
  });

  it("is told before it goes, and the account always goes", () => {
    expect(planSentence("auth-service", {})).toBe("The account itself");
    expect(planSentence("auth-service", { sessions: 2 })).toBe("The account itself, 2 sign-ins");
    expect(planSentence("chat-service", { conversations: 0 })).toBe("Nothing is there");
    expect(planSentence("chat-service", null)).toBe("Everything; it cannot be counted right now");
  });

  it("is told by what the service does", () => {
    expect(serviceTitle("chat-service")).toBe("Conversations");
    expect(serviceTitle("other-service")).toBe("other-service");
  });
});

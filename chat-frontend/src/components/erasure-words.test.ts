import { describe, expect, it } from "vitest";
import { countSentence, serviceTitle } from "./erasure-words";

describe("what a service holds of a person", () => {
  it("reads as a sentence, without what there is none of", () => {
    expect(countSentence({ conversations: 3, messages: 1, sessions: 1, api_keys: 2, factors: 0 })).toBe("3 conversations, 1 message, 1 sign-in, 2 api keys");
    expect(countSentence({ events: 12_345, entries: 1 })).toBe("12,345 events, 1 entry");
    expect(countSentence({ conversations: 0 })).toBeNull();
    expect(countSentence({})).toBeNull();
  });

  it("is told by what the service does", () => {
    expect(serviceTitle("chat-service")).toBe("Conversations");
    expect(serviceTitle("other-service")).toBe("other-service");
  });
});

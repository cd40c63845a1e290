/** Finds the caller's own messages by their words. */
import { useQuery } from "@tanstack/react-query";
import { call, chatClient } from "@/api/clients";

// A single letter is in nearly every message.
const SHORTEST = 2;
const MOST = 8;

/** The best ones; none while the words are too short to mean anything. */
export function useFoundMessages(words: string) {
  return useQuery({
    queryKey: ["search", words],
    queryFn: () => call("chat", () => chatClient.GET("/search", { params: { query: { q: words, limit: MOST } } })),
    enabled: words.length >= SHORTEST,
  });
}

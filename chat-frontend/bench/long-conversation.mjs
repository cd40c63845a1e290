/** A conversation as chat-service gives it, made on the spot: questions, and answers of several kinds and lengths. */

const TIME = "2026-01-01T00:00:00+00:00";
const ANSWERS = [
  "A short answer.",
  "An answer in **several** parts:\n\n- one\n- two, with `code`\n- three\n\n> And a quotation at its end.",
  "```python\ndef add(one: int, other: int) -> int:\n    return one + other\n```\n\nIt adds two numbers.",
  "| Name | Value |\n|---|---:|\n| one | 1 |\n| two | 22 |\n\nA table and a [link](https://example.org/path).",
  `${"A long paragraph that says little in many words, as answers at times do. ".repeat(12)}\n\n`.repeat(3),
];

export const conversation = {
  id: "c", title: "A long conversation", model: null, system_prompt: null, archived: false, pinned: false, folder: null, tags: [],
  created_at: TIME, updated_at: TIME, last_message_at: TIME, message_count: 10_000, cost_usd: 0, temperature: null, persona_id: null, persona_name: null,
};

function message(index) {
  const isQuestion = index % 2 === 0;
  return {
    id: `m${index}`, conversation_id: "c", role: isQuestion ? "user" : "assistant", status: "complete", model: isQuestion ? null : "bench",
    content: isQuestion ? `Question ${index / 2 + 1}: what is there to say?` : `${index}. ${ANSWERS[Math.floor(index / 2) % ANSWERS.length]}`,
    usage: null, finish_reason: isQuestion ? null : "stop", timestamp: TIME, client_id: null, in_reply_to: isQuestion ? null : `m${index - 1}`,
    parent_id: index === 0 ? null : `m${index - 1}`, sibling_ids: [`m${index}`], seq: 0, cost: null, error: null, feedback: null, context: null, reasoning: null,
  };
}

/** The answer to a request for one page of `count` messages, the newest first. */
export function historyPage(url, count) {
  const end = Number(url.searchParams.get("cursor") ?? count);
  const start = Math.max(0, end - Number(url.searchParams.get("limit") ?? 50));
  const json = Array.from({ length: end - start }, (_, offset) => message(end - 1 - offset));
  const next = new URL(url);
  next.searchParams.set("cursor", String(start));
  return { json, headers: start > 0 ? { Link: `<${next}>; rel="next"` } : {} };
}

/** An answer of `count` tokens with a bit of everything. */
export function tokens(count) {
  const words = ANSWERS.join("\n\n").split(/(?<=\s)/);
  return Array.from({ length: count }, (_, index) => words[index % words.length]);
}

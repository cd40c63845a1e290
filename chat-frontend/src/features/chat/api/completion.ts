/** Asks for an answer of which the service keeps nothing, and hands it on as it comes. */
import { t } from "i18next";
import { call, chatClient } from "@/api/clients";
import { eventData } from "@/api/event-stream";
import { fetchWithoutTimeLimit } from "@/api/outcome";
import { ApiError } from "@/api/problem";

export interface SentMessage {
  role: "user" | "assistant";
  content: string;
}

/** What the model read of the messages: the newest `messages`; it did not read the oldest `left_out`. */
export interface ReadContext {
  messages: number;
  left_out: number;
  prompt_tokens: number;
  window_tokens: number | null;
}

export interface Piece {
  content: string;
  /** The model that answers. */
  model: string | null;
  finishReason: string | null;
  /** Told by the first piece. */
  context: ReadContext | null;
}

interface CompletionOrder {
  messages: SentMessage[];
  /** Null for the one that is set for all. */
  model: string | null;
  signal: AbortSignal;
}

const DONE = "[DONE]";

/**
 * The pieces of the answer, to its end.
 *
 * Raises: ApiError when the service refuses, when the answer breaks off, and when it ends without the word that it is
 * whole; whatever the browser raises once the signal is given.
 */
export async function* streamCompletion({ messages, model, signal }: CompletionOrder): AsyncGenerator<Piece, void> {
  const body = await call("chat", () =>
    chatClient.POST("/v1/chat/completions", { body: { messages, model, stream: true, truncation: "auto" as const }, parseAs: "stream", fetch: fetchWithoutTimeLimit, signal }),
  );
  if (body === null) throw brokenOff();
  const events = eventData(body);
  try {
    for await (const data of events) {
      if (data === DONE) return;
      yield pieceOf(data);
    }
  } catch (cause) {
    throw cause instanceof ApiError || signal.aborted ? cause : brokenOff();
  }
  throw brokenOff();
}

/** Raises: ApiError for an event that tells of an error; SyntaxError for one that is none of the service's. */
function pieceOf(data: string): Piece {
  const { error, model, choices, context } = JSON.parse(data) as Partial<Chunk>;
  if (error !== undefined) throw new ApiError(error.message, error.code, 200);
  const choice = choices?.[0];
  return { content: choice?.delta.content ?? "", model: model ?? null, finishReason: choice?.finish_reason ?? null, context: context ?? null };
}

/** Of an event, what is read here: a chunk of OpenAI's with what the service adds, or an error in the place of one. */
interface Chunk {
  model: string;
  choices: { delta: { content?: string }; finish_reason: string | null }[];
  error: { message: string; code: string };
  context: ReadContext;
}

function brokenOff(): ApiError {
  return new ApiError(t("The answer broke off before its end. You can ask again."), "broken_off", 200);
}

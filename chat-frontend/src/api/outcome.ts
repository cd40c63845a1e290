/** Owns waiting for a service: the time limit of a call, and the one way for it to have no answer. */
import { ApiError, type ServiceName, unreachable } from "./problem";

const TIME_LIMIT_MS = 20_000;

export interface Outcome<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

// The browser's fetch is looked up at each call, so that tests can put another in its place.
export const fetchWithTimeLimit = (request: Request) =>
  globalThis.fetch(new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIME_LIMIT_MS)]) }));

/** For files, which may take minutes: as long as there is something to read. */
export const fetchWithoutTimeLimit = (request: Request) => globalThis.fetch(request);

/** Wait for any answer. Raises: ApiError when there was none; a call that its own caller cancelled stays cancelled. */
export function answerOf<Data>(service: ServiceName, start: () => Promise<Outcome<Data>>): Promise<Outcome<Data>> {
  return start().catch((cause: unknown) => {
    throw isCancelled(cause) ? cause : unreachable(service);
  });
}

function isCancelled(cause: unknown): boolean {
  return cause instanceof ApiError || (cause instanceof DOMException && cause.name === "AbortError");
}

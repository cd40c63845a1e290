/** Owns the three HTTP clients: addresses, the bearer token, and one way for every call to fail. */
import createClient, { type Middleware } from "openapi-fetch";
import { addresses } from "@/config/env";
import type { paths as AnalyticsPaths } from "./generated/analytics";
import type { paths as AuthPaths } from "./generated/auth";
import type { paths as ChatPaths } from "./generated/chat";
import { ApiError, fromProblem, type ServiceName, unreachable } from "./problem";
import { expireSession, getSession } from "./session";

const TIME_LIMIT_MS = 20_000;

const bearer: Middleware = {
  onRequest({ request }) {
    const session = getSession();
    if (session) request.headers.set("Authorization", `Bearer ${session.accessToken}`);
    return request;
  },
};

// Looked up at each call, so that tests can put another fetch in its place.
const fetchWithTimeLimit = (request: Request) =>
  globalThis.fetch(new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIME_LIMIT_MS)]) }));

function connect<Paths extends object>(baseUrl: string) {
  const client = createClient<Paths>({ baseUrl, fetch: fetchWithTimeLimit });
  client.use(bearer);
  return client;
}

export const authClient = connect<AuthPaths>(addresses.auth);
export const chatClient = connect<ChatPaths>(addresses.chat);
export const analyticsClient = connect<AnalyticsPaths>(addresses.analytics);

interface Outcome<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/**
 * Await a call and hand back its data with the response.
 *
 * Raises: ApiError with the problem document's sentence, or the sentence for a service that cannot be reached.
 * A 401 on a call that carried a token ends the session.
 */
export async function callWithResponse<Data>(
  service: ServiceName,
  start: () => Promise<Outcome<Data>>,
): Promise<{ data: Data; response: Response }> {
  const token = getSession()?.accessToken;
  const outcome = await start().catch((cause: unknown) => {
    throw isCancelled(cause) ? cause : unreachable(service);
  });
  if (outcome.response.ok) return { data: outcome.data as Data, response: outcome.response };
  if (outcome.response.status === 401 && token) expireSession(token);
  throw fromProblem(service, outcome.response.status, outcome.error);
}

export async function call<Data>(service: ServiceName, start: () => Promise<Outcome<Data>>): Promise<Data> {
  return (await callWithResponse(service, start)).data;
}

function isCancelled(cause: unknown): boolean {
  return cause instanceof ApiError || (cause instanceof DOMException && cause.name === "AbortError");
}

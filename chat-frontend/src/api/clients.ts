/** Owns the three HTTP clients: addresses, the bearer token and its renewal, and one way for every call to fail. */
import createClient, { type Middleware } from "openapi-fetch";
import { addresses } from "@/config/env";
import type { paths as AnalyticsPaths } from "./generated/analytics";
import type { paths as AuthPaths } from "./generated/auth";
import type { paths as ChatPaths } from "./generated/chat";
import { answerOf, fetchWithTimeLimit, type Outcome } from "./outcome";
import { fromProblem, type ServiceName, unreachable } from "./problem";
import { accessTokenOf, expireSession, getSession, type Session } from "./session";
import { renewSession } from "./session-renewal";

const bearer: Middleware = {
  onRequest({ request }) {
    const session = getSession();
    if (session) request.headers.set("Authorization", `Bearer ${session.accessToken}`);
    return request;
  },
};

function connect<Paths extends object>(baseUrl: string) {
  const client = createClient<Paths>({ baseUrl, fetch: fetchWithTimeLimit });
  client.use(bearer);
  return client;
}

export const authClient = connect<AuthPaths>(addresses.auth);
export const chatClient = connect<ChatPaths>(addresses.chat);
export const analyticsClient = connect<AnalyticsPaths>(addresses.analytics);

/**
 * Await a call and hand back its data with the response.
 *
 * Raises: ApiError with the problem document's sentence, or the sentence for a service that cannot be reached.
 * A 401 on a call that carried a token renews the session and repeats the call once; the session ends when that is
 * refused, too.
 */
export async function callWithResponse<Data>(
  service: ServiceName,
  start: () => Promise<Outcome<Data>>,
): Promise<{ data: Data; response: Response }> {
  const session = getSession();
  const first = await answerOf(service, start);
  const isRefused = first.response.status === 401 && session !== null;
  const outcome = isRefused ? ((await repeatRenewed(service, start, session)) ?? first) : first;
  if (outcome.response.ok) return { data: outcome.data as Data, response: outcome.response };
  throw fromProblem(service, outcome.response.status, outcome.error);
}

export async function call<Data>(service: ServiceName, start: () => Promise<Outcome<Data>>): Promise<Data> {
  return (await callWithResponse(service, start)).data;
}

/** The answer to the same call of the same person with the next token; null when there is no such token. */
async function repeatRenewed<Data>(
  service: ServiceName,
  start: () => Promise<Outcome<Data>>,
  { userId, accessToken }: Session,
): Promise<Outcome<Data> | null> {
  if ((await renewSession(accessToken)) === "unanswered") throw unreachable("auth");
  const renewed = accessTokenOf(userId);
  if (renewed === null) return null;
  const second = await answerOf(service, start);
  if (second.response.status === 401) expireSession(renewed);
  return second;
}

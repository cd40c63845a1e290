/** Gets the next access token: once for all tabs, and without taking silence for a refusal. */
import { answerOf } from "./outcome";
import { fromProblem, sentenceOf } from "./problem";
import { beginSession, endSession, getSession, getSessionState, noteTrouble, subscribeToSession } from "./session";
import { readSignInStamp } from "./sign-in-hint";
import { tokenClient } from "./token-client";
import { withTokenLock } from "./token-lock";

export type Renewal = "renewed" | "refused" | "unanswered";

// A lost answer is given again for 10 s (the service's grace), so the second try must come within them.
export const ANSWER_LIMIT_MS = 5_000;
const NEWS_LIMIT_MS = 1_000;

let underWay: Promise<Renewal> | null = null;

/**
 * Get a token in place of a stale one; null stands for the session of the last visit.
 *
 * Returns: `renewed` also when another call or tab was faster; `refused` when nobody is signed in any more;
 * `unanswered` when the service could not say, which leaves the session as it is.
 */
export function renewSession(staleToken: string | null): Promise<Renewal> {
  if (!isCurrent(staleToken)) return Promise.resolve(outcome());
  underWay ??= renew(staleToken).finally(() => {
    underWay = null;
  });
  return underWay;
}

function isCurrent(token: string | null): boolean {
  return token === null ? getSessionState().phase === "restoring" : getSession()?.accessToken === token;
}

function outcome(): Renewal {
  return getSession() === null ? "refused" : "renewed";
}

function renew(staleToken: string | null): Promise<Renewal> {
  const stamp = getSession()?.stamp ?? readSignInStamp();
  return withTokenLock(async () => {
    if (readSignInStamp() !== stamp) await newsFromOtherTab(staleToken);
    return isCurrent(staleToken) ? askService(staleToken) : outcome();
  });
}

/** Another tab got or gave up tokens; what it tells may come a little later than this tab's turn. */
function newsFromOtherTab(staleToken: string | null): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      unsubscribe();
      clearTimeout(timer);
      resolve();
    };
    const unsubscribe = subscribeToSession(() => isCurrent(staleToken) || finish());
    const timer = setTimeout(finish, NEWS_LIMIT_MS);
    if (!isCurrent(staleToken)) finish();
  });
}

async function askService(staleToken: string | null): Promise<Renewal> {
  try {
    const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
    const { data, error, response } = await answerOf("auth", () => tokenClient.POST("/auth/refresh", { signal }));
    // Who signed out meanwhile stays signed out: the sign-out waits for this turn to end, and ends what came of it.
    if (!isCurrent(staleToken)) return outcome();
    if (data === undefined && response.status !== 401) throw fromProblem("auth", response.status, error);
    if (data === undefined) endSession("ended");
    else beginSession(data);
    return outcome();
  } catch (error) {
    if (!isCurrent(staleToken)) return outcome();
    noteTrouble(sentenceOf(error));
    return "unanswered";
  }
}

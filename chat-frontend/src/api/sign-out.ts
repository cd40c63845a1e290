/** Signs out: here and in the other tabs at once, then at the service. */
import { answerOf } from "./outcome";
import { endSession, getSession, getSessionState } from "./session";
import { forgetSignOutOwed, isSignOutOwed, noteSignOutOwed } from "./sign-in-hint";
import { tokenClient } from "./token-client";
import { withTokenLock } from "./token-lock";

const ANSWER_LIMIT_MS = 5_000;

export async function signOut(): Promise<void> {
  const accessToken = getSession()?.accessToken ?? null;
  noteSignOutOwed();
  endSession("chosen");
  await tellService(accessToken);
}

/** Make up for a sign-out that the service did not hear of, by the cookie that it therefore left. */
export async function finishSignOut(): Promise<void> {
  await tellService(null);
  if (getSessionState().phase === "restoring") endSession(isSignOutOwed() ? "untold" : "chosen");
}

/** A sign-in that begins meanwhile waits for its turn, or this would end it. */
function tellService(accessToken: string | null): Promise<void> {
  return withTokenLock(async () => {
    if (!isSignOutOwed()) return;
    if (await isHeard(accessToken)) forgetSignOutOwed();
    else if (getSessionState().phase === "signed-out") endSession("untold");
  });
}

async function isHeard(accessToken: string | null): Promise<boolean> {
  const headers = accessToken === null ? {} : { Authorization: `Bearer ${accessToken}` };
  // The browser goes on with it when the page is closed.
  const options = { headers, keepalive: true, signal: AbortSignal.timeout(ANSWER_LIMIT_MS) };
  try {
    const { response } = await answerOf("auth", () => tokenClient.POST("/auth/logout", options));
    // 401: the session had ended already.
    return response.ok || response.status === 401;
  } catch {
    return false; // The sign-in page says so, and the next visit tries again.
  }
}

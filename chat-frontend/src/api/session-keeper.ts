/** Keeps the session: restores it when the page opens, renews it in time, and tries again while the service is away. */
import { getSessionState, type SessionState, subscribeToSession } from "./session";
import { renewSession } from "./session-renewal";
import { isSignOutOwed } from "./sign-in-hint";
import { finishSignOut } from "./sign-out";

/** The first three fall into the 10 s in which the service gives a lost answer again. */
export const RETRY_AFTER_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

let timer: ReturnType<typeof setTimeout> | null = null;
let failures = 0;

/** Begin; once for the life of the page. */
export function keepSession(): () => void {
  const unsubscribe = subscribeToSession(plan);
  window.addEventListener("online", catchUp);
  document.addEventListener("visibilitychange", catchUp);
  plan();
  if (getSessionState().phase === "restoring") void (isSignOutOwed() ? finishSignOut() : renewNow());
  return () => {
    unsubscribe();
    window.removeEventListener("online", catchUp);
    document.removeEventListener("visibilitychange", catchUp);
    if (timer !== null) clearTimeout(timer);
  };
}

/** Renew without waiting for the time to come. */
export async function renewNow(): Promise<void> {
  const state = getSessionState();
  if (state.phase !== "signed-out") await renewSession(state.phase === "signed-in" ? state.session.accessToken : null);
}

function plan(): void {
  if (timer !== null) clearTimeout(timer);
  const state = getSessionState();
  failures = hasTrouble(state) ? failures + 1 : 0;
  const wait = hasTrouble(state) ? (RETRY_AFTER_MS[failures - 1] ?? 30_000) : untilRenewal(state);
  timer = wait === null ? null : setTimeout(() => void renewNow(), wait);
}

function hasTrouble(state: SessionState): boolean {
  return state.phase !== "signed-out" && state.trouble !== null;
}

function untilRenewal(state: SessionState): number | null {
  return state.phase === "signed-in" ? Math.max(0, state.session.renewAt - Date.now()) : null;
}

/** Timers sleep with the computer, and a network that is back is worth a try at once. */
function catchUp(): void {
  const state = getSessionState();
  const isDue = state.phase === "signed-in" && state.session.renewAt <= Date.now();
  if (document.visibilityState === "visible" && (isDue || hasTrouble(state))) void renewNow();
}

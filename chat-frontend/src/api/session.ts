/** Owns who is signed in, in this tab's memory alone, and the news of a change in all tabs. Gets no tokens itself. */
import { t } from "i18next";
import { ownerOf } from "./access-token";
import { ApiError } from "./problem";
import { forgetSignIn, isSignOutOwed, noteSignIn, readSignInStamp, removeFormerToken } from "./sign-in-hint";
import { onTabNews, tellTabs } from "./tabs";

export interface Session {
  accessToken: string;
  userId: string;
  username: string;
  /** When to get the next token, in milliseconds since 1970 by this browser's clock. */
  renewAt: number;
  /** What this browser's storage says for as long as no tab has a newer token. */
  stamp: string;
}

/** Why nobody is signed in: so chosen (or never begun), ended by the service, or chosen while no service could be told. */
export type Ending = "chosen" | "ended" | "untold";

export type SessionState =
  | { phase: "restoring"; trouble: string | null }
  /** `trouble` says why the session could not be renewed; it may hold nevertheless. */
  | { phase: "signed-in"; session: Session; trouble: string | null }
  | { phase: "signed-out"; ending: Ending };

export interface Token {
  access_token: string;
  expires_in: number;
}

// The cookie ends when it is not renewed for some days, however long the access token holds.
export const RENEW_AFTER_AT_MOST_MS = 3_600_000;
const RENEW_BEFORE_END_MS = 60_000;

type Listener = () => void;

const listeners = new Set<Listener>();
removeFormerToken();
let state: SessionState = firstState();

function firstState(): SessionState {
  // Whoever never signed in here sees the sign-in page at once, without a call.
  const isWorthAsking = readSignInStamp() !== null || isSignOutOwed();
  return isWorthAsking ? { phase: "restoring", trouble: null } : { phase: "signed-out", ending: "chosen" };
}

function change(next: SessionState): void {
  state = next;
  listeners.forEach((listener) => listener());
}

export function getSessionState(): SessionState {
  return state;
}

export function getSession(): Session | null {
  return state.phase === "signed-in" ? state.session : null;
}

/** The token of this moment, if the person is still the one who is signed in. */
export function accessTokenOf(userId: string): string | null {
  const session = getSession();
  return session?.userId === userId ? session.accessToken : null;
}

export function subscribeToSession(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Take a token that the service gave this tab. Raises: ApiError when it does not say whose it is. */
export function beginSession(token: Token): void {
  const owner = ownerOf(token.access_token);
  if (owner === null) throw new ApiError(t("The sign-in service gave an answer that this page cannot read. Reload the page, then try again."), "unreadable_token", 200);
  const renewAt = Date.now() + renewAfter(token.expires_in * 1000);
  const session = { ...owner, accessToken: token.access_token, renewAt, stamp: noteSignIn() };
  tellTabs({ type: "signed-in", session });
  change({ phase: "signed-in", session, trouble: null });
}

function renewAfter(lifetimeMs: number): number {
  const margin = Math.min(RENEW_BEFORE_END_MS, lifetimeMs / 4);
  return Math.min(lifetimeMs - margin, RENEW_AFTER_AT_MOST_MS);
}

export function endSession(ending: Ending): void {
  forgetSignIn();
  tellTabs({ type: "signed-out", ending });
  change({ phase: "signed-out", ending });
}

/** End the session because a service no longer takes its token. A token that was replaced meanwhile is left alone. */
export function expireSession(accessToken: string): void {
  if (getSession()?.accessToken === accessToken) endSession("ended");
}

/** Note that the next token could not be got, which does not end the session. */
export function noteTrouble(sentence: string): void {
  if (state.phase !== "signed-out") change({ ...state, trouble: sentence });
}

onTabNews((news) => {
  if (news.type === "signed-in") change({ phase: "signed-in", session: news.session, trouble: null });
  else change({ phase: "signed-out", ending: news.ending });
});

/** Owns who is signed in: the access token, its end, and the news of a change. Only this module knows where the token is kept. */
import { readStoredJson, removeStored, writeStored } from "./storage";

const storageKey = "convoai.session";

export interface Session {
  accessToken: string;
  username: string;
  /** Milliseconds since 1970, by this browser's clock. */
  expiresAt: number;
}

type Listener = () => void;

const listeners = new Set<Listener>();
let current = load();
let hasExpired = false;

function load(): Session | null {
  const session = readStoredJson(storageKey, parseSession);
  return session !== null && session.expiresAt > Date.now() ? session : null;
}

function parseSession(value: unknown): Session | null {
  if (typeof value !== "object" || value === null) return null;
  const { accessToken, username, expiresAt } = value as Record<string, unknown>;
  const isSession = typeof accessToken === "string" && typeof username === "string" && typeof expiresAt === "number";
  return isSession ? { accessToken, username, expiresAt } : null;
}

function change(session: Session | null): void {
  current = session;
  listeners.forEach((listener) => listener());
}

export function getSession(): Session | null {
  return current;
}

/** Whether the last session ended by itself, so that the sign-in page can say so. */
export function hasSessionExpired(): boolean {
  return hasExpired;
}

export function startSession(username: string, token: { access_token: string; expires_in: number }): void {
  const session = { accessToken: token.access_token, username, expiresAt: Date.now() + token.expires_in * 1000 };
  writeStored(storageKey, JSON.stringify(session));
  hasExpired = false;
  change(session);
}

export function endSession(): void {
  removeStored(storageKey);
  hasExpired = false;
  change(null);
}

/** End the session because a service no longer takes its token. A token that was replaced meanwhile is left alone. */
export function expireSession(accessToken: string): void {
  if (current?.accessToken !== accessToken) return;
  removeStored(storageKey);
  hasExpired = true;
  change(null);
}

export function subscribeToSession(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// Signing out in one tab signs out all of them.
window.addEventListener("storage", (event) => {
  if (event.key !== storageKey) return;
  hasExpired = false;
  change(load());
});

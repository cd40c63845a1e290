/** Tells the other tabs of this browser who is signed in. The token goes from memory to memory and is stored nowhere. */
import type { Ending, Session } from "./session";

export type TabNews = { type: "signed-in"; session: Session } | { type: "signed-out"; ending: Ending };

const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("convoai.session");

export function tellTabs(news: TabNews): void {
  channel?.postMessage(news);
}

export function onTabNews(listener: (news: TabNews) => void): void {
  channel?.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (isTabNews(data)) listener(data);
  });
}

/** A tab may still run another version of the page. */
function isTabNews(value: unknown): value is TabNews {
  if (typeof value !== "object" || value === null) return false;
  const { type, session, ending } = value as Record<string, unknown>;
  return type === "signed-in" ? isSession(session) : type === "signed-out" && typeof ending === "string";
}

function isSession(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { accessToken, userId, username, stamp, renewAt } = value as Record<string, unknown>;
  return [accessToken, userId, username, stamp].every((text) => typeof text === "string") && typeof renewAt === "number";
}

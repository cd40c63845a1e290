import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SignInService } from "@/test/sign-in-service";
import { openTab, startBrowser, type Tab } from "@/test/tabs";
import { tokenFor } from "@/test/tokens";

const HINT = "convoai.signed-in";
const MINUTE_MS = 60_000;

let service: SignInService;
let closeTabs: (() => void)[];

const tokenIn = (tab: Tab) => tab.getSession()?.accessToken.split(".")[2] ?? null;
const settle = (milliseconds = 200) => vi.advanceTimersByTimeAsync(milliseconds);

/** A tab that has just been opened or reloaded. */
async function open(): Promise<Tab> {
  const tab = await openTab();
  closeTabs.push(tab.keepSession());
  return tab;
}

async function openSignedIn(): Promise<Tab> {
  localStorage.setItem(HINT, "earlier");
  const tab = await open();
  await settle();
  return tab;
}

function goOnline() {
  window.dispatchEvent(new Event("online"));
  return settle();
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  service = new SignInService();
  vi.stubGlobal("fetch", service.fetch);
  startBrowser({ hasLocks: true });
  closeTabs = [];
});

afterEach(() => {
  closeTabs.forEach((close) => close());
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("opening the page", () => {
  it("asks nothing when nobody ever signed in here", async () => {
    const tab = await open();
    await settle();
    expect(tab.getSessionState()).toEqual({ phase: "signed-out", ending: "chosen" });
    expect(service.calls).toEqual([]);
  });

  it("restores the session by the cookie alone, with the page's mark", async () => {
    localStorage.setItem(HINT, "earlier");
    const tab = await open();
    expect(tab.getSessionState()).toEqual({ phase: "restoring", trouble: null });
    await settle();
    expect(tab.getSession()).toMatchObject({ username: "vera", userId: "id-of-vera" });
    const [request] = service.calls;
    expect(request?.credentials).toBe("include");
    expect(request?.headers.get("X-Requested-With")).toBe("convoai");
    expect(await request?.text()).toBe("");
    expect(service.calls).toHaveLength(1);
  });

  it("stores no token, and removes the one that an earlier version stored", async () => {
    localStorage.setItem("convoai.session", JSON.stringify({ accessToken: "old" }));
    const tab = await openSignedIn();
    const stored = JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.cookie;
    expect(stored).not.toContain("old");
    expect(stored).not.toContain(tab.getSession()?.accessToken);
    expect(stored).not.toContain("x.");
  });

  it("says that the session has ended when the service refuses", async () => {
    service.isSignedIn = false;
    const tab = await openSignedIn();
    expect(tab.getSessionState()).toEqual({ phase: "signed-out", ending: "ended" });
    expect(localStorage.getItem(HINT)).toBeNull();
  });

  it("does not take silence for a refusal, and tries again by itself", async () => {
    service.mishaps = ["unreachable", new Response("<h1>Bad gateway</h1>", { status: 502 })];
    const tab = await openSignedIn();
    expect(tab.getSessionState()).toMatchObject({ phase: "restoring", trouble: expect.stringContaining("cannot be reached") });
    await settle(1000);
    expect(tab.getSessionState()).toMatchObject({ phase: "restoring", trouble: expect.stringContaining("status 502") });
    expect(localStorage.getItem(HINT)).not.toBeNull();
    await settle(2000);
    expect(tab.getSession()?.username).toBe("vera");
  });

  it("tries again at once when the network is back", async () => {
    service.mishaps = ["unreachable"];
    const tab = await openSignedIn();
    await goOnline();
    expect(tab.getSession()?.username).toBe("vera");
  });
});

describe("a session", () => {
  it("is renewed before its token ends, again and again", async () => {
    const tab = await openSignedIn();
    await settle(9 * MINUTE_MS - 1000);
    expect(tokenIn(tab)).toBe("1");
    await settle(1000);
    expect(tokenIn(tab)).toBe("2");
    await settle(9 * MINUTE_MS);
    expect(tokenIn(tab)).toBe("3");
  });

  it("is renewed every hour however long its token holds", async () => {
    service.expiresIn = 30 * 24 * 3600;
    const tab = await openSignedIn();
    await settle(61 * MINUTE_MS);
    expect(tokenIn(tab)).toBe("2");
  });

  it("outlives an answer that was lost, within the service's ten seconds", async () => {
    const tab = await openSignedIn();
    service.mishaps = ["lost"];
    await settle(9 * MINUTE_MS);
    expect(tab.getSessionState()).toMatchObject({ phase: "signed-in", trouble: expect.any(String) });
    await settle(1000);
    expect(tokenIn(tab)).toBe("3");
    expect(tab.getSessionState()).toMatchObject({ trouble: null });
  });

  it("outlives a service that is away for long, asking less and less often", async () => {
    const tab = await openSignedIn();
    service.mishaps = Array.from({ length: 1000 }, () => "unreachable");
    await settle(30 * MINUTE_MS);
    expect(tab.getSessionState()).toMatchObject({ phase: "signed-in", trouble: expect.any(String) });
    expect(service.calls.length).toBeLessThan(60);
    service.mishaps = [];
    await settle(30_000);
    expect(tab.getSessionState()).toMatchObject({ phase: "signed-in", trouble: null });
  });

  it("ends when its renewal is refused, in the other tabs, too", async () => {
    const [tab, other] = [await openSignedIn(), await open()];
    await settle();
    service.isSignedIn = false;
    await settle(10 * MINUTE_MS);
    expect(tab.getSessionState()).toEqual({ phase: "signed-out", ending: "ended" });
    expect(other.getSessionState()).toEqual({ phase: "signed-out", ending: "ended" });
  });
});

describe.each([{ hasLocks: true }, { hasLocks: false }])("several tabs, locks: $hasLocks", ({ hasLocks }) => {
  beforeEach(() => startBrowser({ hasLocks }));

  it("renew once and share the token", async () => {
    const tabs = [await openSignedIn(), await open(), await open()];
    await settle(2000);
    const before = service.refreshes;
    const stale = tabs.map((tab) => tab.getSession()?.accessToken ?? null);
    expect(new Set(stale).size).toBe(1);
    const renewals = tabs.map((tab, index) => tab.renewSession(stale[index] ?? null));
    await settle(2000);
    expect(await Promise.all(renewals)).toEqual(["renewed", "renewed", "renewed"]);
    expect(service.refreshes).toBe(before + 1);
    expect(new Set(tabs.map(tokenIn))).toEqual(new Set([String(before + 1)]));
  });

  it("that are restored together ask once", async () => {
    localStorage.setItem(HINT, "earlier");
    const release = service.hold();
    const tabs = [await open(), await open()];
    release();
    await settle(2000);
    expect(service.refreshes).toBe(1);
    expect(tabs.map((tab) => tab.getSession()?.username)).toEqual(["vera", "vera"]);
  });

  it("keep to the one time of renewal", async () => {
    const tabs = [await openSignedIn(), await open()];
    await settle();
    const before = service.refreshes;
    await settle(9 * MINUTE_MS);
    expect(service.refreshes).toBe(before + 1);
    expect(new Set(tabs.map(tokenIn)).size).toBe(1);
  });

  it("go on when the tab that had its turn is gone", async () => {
    const tab = await openSignedIn();
    if (!hasLocks) localStorage.setItem("convoai.tokens", `gone ${Date.now() + 15_000}`);
    const renewal = tab.renewSession(tab.getSession()?.accessToken ?? null);
    await settle(16_000);
    expect(await renewal).toBe("renewed");
  });

  it("sign out together", async () => {
    const [tab, other] = [await openSignedIn(), await open()];
    await settle();
    void tab.signOut();
    expect(tab.getSessionState()).toEqual({ phase: "signed-out", ending: "chosen" });
    await settle();
    expect(other.getSessionState()).toEqual({ phase: "signed-out", ending: "chosen" });
    expect(service.isSignedIn).toBe(false);
  });

  it("sign in together", async () => {
    const [tab, other] = [await open(), await open()];
    tab.beginSession(tokenFor("bob"));
    await settle();
    expect(other.getSession()).toEqual(tab.getSession());
  });
});

describe("signing out", () => {
  it("tells the service with token and cookie, and leaves nothing", async () => {
    const tab = await openSignedIn();
    const accessToken = tab.getSession()?.accessToken;
    void tab.signOut();
    await settle();
    expect(service.signOuts).toEqual([`Bearer ${accessToken}`]);
    expect(service.calls.at(-1)?.credentials).toBe("include");
    expect({ ...localStorage }).toEqual({});
  });

  it("is not undone by a renewal that was under way, and ends what that brought", async () => {
    const tab = await openSignedIn();
    const release = service.hold();
    const renewal = tab.renewSession(tab.getSession()?.accessToken ?? null);
    await settle();
    void tab.signOut();
    release();
    await settle();
    expect(await renewal).toBe("refused");
    expect(tab.getSessionState()).toEqual({ phase: "signed-out", ending: "chosen" });
    expect(service.isSignedIn).toBe(false);
  });

  it("says so when the service could not be told, and makes up for it at the next visit", async () => {
    const tab = await openSignedIn();
    service.mishaps = ["unreachable"];
    void tab.signOut();
    await settle();
    expect(tab.getSessionState()).toEqual({ phase: "signed-out", ending: "untold" });
    expect(service.isSignedIn).toBe(true);
    const next = await open();
    await settle();
    expect(next.getSessionState()).toEqual({ phase: "signed-out", ending: "chosen" });
    expect(service.isSignedIn).toBe(false);
    expect(service.refreshes).toBe(1);
    expect({ ...localStorage }).toEqual({});
  });

  it("still says so when the next visit cannot tell the service either", async () => {
    service.mishaps = ["unreachable", "unreachable"];
    localStorage.setItem("convoai.sign-out-owed", "yes");
    const tab = await open();
    await settle();
    expect(tab.getSessionState()).toEqual({ phase: "signed-out", ending: "untold" });
  });

  it("of a session that has ended already is no trouble", async () => {
    const tab = await openSignedIn();
    service.isSignedIn = false;
    void tab.signOut();
    await settle();
    expect(tab.getSessionState()).toEqual({ phase: "signed-out", ending: "chosen" });
  });
});

describe("a token", () => {
  it("that does not say whose it is begins no session", async () => {
    const tab = await open();
    expect(() => tab.beginSession({ access_token: "opaque", expires_in: 60 })).toThrow("cannot read");
    expect(tab.getSession()).toBeNull();
  });

  it("from a tab with another version of the page is passed over", async () => {
    const tab = await openSignedIn();
    const before = tab.getSessionState();
    new BroadcastChannel("convoai.session").postMessage({ type: "signed-in", session: { accessToken: 5 } });
    await settle();
    expect(tab.getSessionState()).toBe(before);
  });
});

/** Opens several tabs of one browser in one test: each has its own memory, all share storage, locks and channel. */
import { vi } from "vitest";

class FakeChannel {
  static all: FakeChannel[] = [];
  private readonly listeners: ((event: { data: unknown }) => void)[] = [];

  constructor() {
    FakeChannel.all.push(this);
  }

  addEventListener(_type: string, listener: (event: { data: unknown }) => void) {
    this.listeners.push(listener);
  }

  /** As in a browser, the others hear of it a little later, and get a copy. */
  postMessage(data: unknown) {
    const text = JSON.stringify(data);
    const others = FakeChannel.all.filter((channel) => channel !== this);
    setTimeout(() => others.forEach((channel) => channel.listeners.forEach((hear) => hear({ data: JSON.parse(text) }))), 5);
  }
}

/** One holder at a time, in the order of asking. */
class FakeLocks {
  private last: Promise<unknown> = Promise.resolve();

  readonly request = (_name: string, _options: object, work: () => Promise<unknown>) => {
    const turn = this.last.then(work);
    this.last = turn.catch(() => null);
    return turn;
  };
}

/** Before each test. Pages from other machines without https have no locks. */
export function startBrowser({ hasLocks }: { hasLocks: boolean }): void {
  FakeChannel.all = [];
  vi.stubGlobal("BroadcastChannel", FakeChannel);
  Object.defineProperty(navigator, "locks", { value: hasLocks ? new FakeLocks() : undefined, configurable: true });
}

/** The modules of the page, loaded anew. */
export async function openTab() {
  vi.resetModules();
  const [session, renewal, keeper, signingOut, clients] = await Promise.all([
    import("@/api/session"),
    import("@/api/session-renewal"),
    import("@/api/session-keeper"),
    import("@/api/sign-out"),
    import("@/api/clients"),
  ]);
  return { ...session, ...renewal, ...keeper, ...signingOut, ...clients };
}

export type Tab = Awaited<ReturnType<typeof openTab>>;

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LOCK_LIMIT_MS, withTokenLock } from "./token-lock";

function stubLocks(request: unknown) {
  Object.defineProperty(navigator, "locks", { value: request === undefined ? undefined : { request }, configurable: true });
}

/** Work that says when it begins and ends, so that overlaps show. */
function worker(log: string[], name: string, milliseconds: number) {
  return async () => {
    log.push(`${name} begins`);
    await new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    });
    log.push(`${name} ends`);
    return name;
  };
}

describe("the turn to get tokens", () => {
  let log: string[];

  beforeEach(() => {
    log = [];
    vi.useFakeTimers();
    stubLocks(undefined);
  });

  afterEach(() => vi.useRealTimers());

  it("is taken one after the other without the browser's locks", async () => {
    const turns = [withTokenLock(worker(log, "a", 300)), withTokenLock(worker(log, "b", 300))];
    await vi.advanceTimersByTimeAsync(2000);
    expect((await Promise.all(turns)).toSorted()).toEqual(["a", "b"]);
    expect(log.map((line) => line.split(" ")[1])).toEqual(["begins", "ends", "begins", "ends"]);
    expect({ ...localStorage }).toEqual({});
  });

  it("is given back when the work fails", async () => {
    const failed = withTokenLock(() => Promise.reject(new Error("no"))).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await failed).toEqual(new Error("no"));
    expect({ ...localStorage }).toEqual({});
  });

  it("is not waited for forever without the browser's locks", async () => {
    localStorage.setItem("convoai.tokens", `gone ${Date.now() + 10 * LOCK_LIMIT_MS}`);
    const turn = withTokenLock(worker(log, "a", 1));
    await vi.advanceTimersByTimeAsync(LOCK_LIMIT_MS - 100);
    expect(log).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await turn).toBe("a");
  });

  it("is not waited for forever with them", async () => {
    stubLocks(() => Promise.reject(new DOMException("signal timed out", "TimeoutError")));
    const turn = withTokenLock(worker(log, "a", 1));
    await vi.advanceTimersByTimeAsync(1);
    expect(await turn).toBe("a");
  });

  it("is not taken twice when the work itself fails", async () => {
    stubLocks((_name: string, _options: object, work: () => Promise<unknown>) => work());
    const work = vi.fn<() => Promise<never>>(() => Promise.reject(new Error("no")));
    await expect(withTokenLock(work)).rejects.toThrow("no");
    expect(work).toHaveBeenCalledOnce();
  });
});

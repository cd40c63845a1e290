import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRefresher, LEAST_MS_BETWEEN } from "./use-live-figures";

describe("figures that move by themselves", () => {
  const refresh = vi.fn<() => Promise<void>>(() => Promise.resolve());
  let refresher = createRefresher(refresh);

  const look = (visibility: DocumentVisibilityState) => {
    vi.spyOn(document, "visibilityState", "get").mockReturnValue(visibility);
    refresher.look();
  };

  beforeEach(() => {
    vi.useFakeTimers();
    refresh.mockClear();
    refresher = createRefresher(refresh);
  });

  afterEach(() => {
    refresher.stop();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("are asked for at the first news, and once for all that come soon after", async () => {
    for (let news = 0; news < 5; news += 1) refresher.tell();
    expect(refresh).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(LEAST_MS_BETWEEN);
    expect(refresh).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(LEAST_MS_BETWEEN * 5);
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  it("are not asked for while an answer is on its way", async () => {
    let answer = () => {};
    refresh.mockImplementationOnce(() => new Promise((resolve) => { answer = resolve; }));
    refresher.tell();
    refresher.tell();
    await vi.advanceTimersByTimeAsync(LEAST_MS_BETWEEN * 5);
    expect(refresh).toHaveBeenCalledTimes(1);
    answer();
    await vi.advanceTimersByTimeAsync(0);
    expect(refresh).toHaveBeenCalledTimes(2);
  });

  it("wait while nobody looks, and come once somebody does", async () => {
    look("hidden");
    refresher.tell();
    refresher.tell();
    await vi.advanceTimersByTimeAsync(LEAST_MS_BETWEEN * 3);
    expect(refresh).not.toHaveBeenCalled();
    look("visible");
    expect(refresh).toHaveBeenCalledTimes(1);
    look("visible");
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it("are asked for no more once the page is left", async () => {
    refresher.tell();
    refresher.tell();
    refresher.stop();
    await vi.advanceTimersByTimeAsync(LEAST_MS_BETWEEN * 3);
    expect(refresh).toHaveBeenCalledTimes(1);
  });
});

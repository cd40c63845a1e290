import { afterEach, describe, expect, it, vi } from "vitest";
import { randomId } from "./random-id";

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

afterEach(() => vi.unstubAllGlobals());

describe("randomId", () => {
  it("is a UUID of version 4", () => {
    expect(randomId()).toMatch(UUID4);
  });

  // Over plain http from another machine the page had no randomUUID, and sending a message crashed.
  it("is one where the browser has no randomUUID, and another each time", () => {
    const { crypto: real } = globalThis;
    vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => real.getRandomValues(bytes) });
    const ids = Array.from({ length: 200 }, randomId);
    for (const id of ids) expect(id).toMatch(UUID4);
    expect(new Set(ids).size).toBe(200);
  });
});

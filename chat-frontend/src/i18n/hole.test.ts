import { describe, expect, it } from "vitest";
import { aroundHole, HOLE } from "./hole";

describe("a text with a hole", () => {
  it("is what comes before it and what comes after it", () => {
    expect(aroundHole(`in your ${HOLE}; roles`)).toEqual({ before: "in your ", after: "; roles" });
    expect(aroundHole(HOLE)).toEqual({ before: "", after: "" });
  });

  it("may have none", () => {
    expect(aroundHole("signed out")).toEqual({ before: "signed out", after: null });
  });
});

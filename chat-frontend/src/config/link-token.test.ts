import { beforeEach, describe, expect, it } from "vitest";
import { forgetLinkToken, takeLinkToken } from "./link-token";

const open = (address: string) => window.history.replaceState({ kept: true }, "", address);

describe("the token of a link", () => {
  beforeEach(() => forgetLinkToken());

  it("is taken out of the address, and nothing else is", () => {
    open("/reset-password?theme=dark#token=a-B_9");
    expect(takeLinkToken()).toBe("a-B_9");
    expect(window.location.href).toMatch(/\/reset-password\?theme=dark$/);
    expect(window.history.state).toEqual({ kept: true });
  });

  it("is kept for who asks later, until it is used up or another comes", () => {
    open("/reset-password#token=first");
    takeLinkToken();
    expect(takeLinkToken()).toBe("first");
    open("/reset-password#token=second");
    expect(takeLinkToken()).toBe("second");
    forgetLinkToken();
    expect(takeLinkToken()).toBeNull();
  });

  it("is told from an invitation", () => {
    open("/register#invitation=cvi_1");
    expect(takeLinkToken()).toBeNull();
    expect(window.location.hash).toBe("");
    expect(takeLinkToken("invitation")).toBe("cvi_1");
    forgetLinkToken("invitation");
    expect(takeLinkToken("invitation")).toBeNull();
  });

  it("leaves other fragments alone", () => {
    open("/c/c1#m1");
    expect(takeLinkToken()).toBeNull();
    expect(window.location.hash).toBe("#m1");
  });
});

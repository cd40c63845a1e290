import { renderHook } from "@testing-library/react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { useAddress } from "./use-address";

const router = vi.hoisted(() => ({ address: new URLSearchParams(), navigate: vi.fn<(address: URLSearchParams) => void>() }));
vi.mock("react-router-dom", () => ({ useSearchParams: () => [router.address, router.navigate] }));

const withOne = (name: string) => (current: URLSearchParams) => new URLSearchParams([...current, [name, "1"]]);
const lastAddress = () => router.navigate.mock.lastCall?.[0].toString();

describe("the page's address", () => {
  beforeEach(() => {
    router.address = new URLSearchParams("kept=1");
    router.navigate.mockReset();
  });

  // It forgot the second of three steps when the page showed the first one between the second and the third.
  it("keeps every step, whichever of them the page shows", () => {
    const { result, rerender } = renderHook(() => useAddress());
    result.current.setAddress(withOne("a"));
    result.current.setAddress(withOne("b"));
    router.address = new URLSearchParams("kept=1&a=1");
    rerender();
    result.current.setAddress(withOne("c"));
    expect(lastAddress()).toBe("kept=1&a=1&b=1&c=1");
  });

  it("goes on from where somebody else went", () => {
    const { result, rerender } = renderHook(() => useAddress());
    result.current.setAddress(withOne("a"));
    router.address = new URLSearchParams("other=1");
    rerender();
    result.current.setAddress(withOne("b"));
    expect(lastAddress()).toBe("other=1&b=1");
  });
});

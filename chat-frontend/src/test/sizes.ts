/** The test browser lays nothing out: in here every element has the same size, so that lists draw what would be in view. */
import { act } from "@testing-library/react";
import { afterAll, beforeAll } from "vitest";

const SIZE = new DOMRectReadOnly(0, 0, 800, 600);

class SizeObserver {
  constructor(private readonly tell: (entries: { target: Element; contentRect: DOMRectReadOnly }[]) => void) {}

  observe(target: Element): void {
    queueMicrotask(() => act(() => this.tell([{ target, contentRect: SIZE }])));
  }

  unobserve(): void {}

  disconnect(): void {}
}

function parentOf(this: HTMLElement): HTMLElement | null {
  return this.parentElement;
}

/** Call it before the tests of a file; it holds until the file's end. */
export function giveSizes(): void {
  const view = document.defaultView as unknown as { ResizeObserver: unknown };
  const { ResizeObserver } = view;
  beforeAll(() => {
    view.ResizeObserver = SizeObserver;
    Object.defineProperty(HTMLElement.prototype, "offsetParent", { configurable: true, get: parentOf });
  });
  afterAll(() => {
    view.ResizeObserver = ResizeObserver;
    Reflect.deleteProperty(HTMLElement.prototype, "offsetParent");
  });
}

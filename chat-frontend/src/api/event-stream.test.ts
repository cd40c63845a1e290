import { describe, expect, it, vi } from "vitest";
import { eventData } from "./event-stream";

/** A body that comes in these pieces; `onCancel` hears when the reader has had enough. */
function bodyOf(pieces: Uint8Array[], onCancel = () => undefined): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(piece);
    },
    cancel: onCancel,
  });
}

async function read(...pieces: Uint8Array[]): Promise<string[]> {
  const events: string[] = [];
  for await (const data of eventData(bodyOf(pieces))) events.push(data);
  return events;
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe("reading server-sent events", () => {
  it.each(["\n", "\r\n", "\r"])("gives the same wherever the network cuts them, with lines that end in %j", async (end) => {
    const whole = bytes(['data: {"a":"größer 🦉"}', "", "data: second", "", "data: [DONE]", "", ""].join(end));
    const expected = ['{"a":"größer 🦉"}', "second", "[DONE]"];
    for (let cut = 0; cut <= whole.length; cut += 1) {
      expect(await read(whole.slice(0, cut), whole.slice(cut))).toEqual(expected);
    }
    expect(await read(...Array.from(whole, (byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  it("passes over comments, other fields and empty events, and joins the lines of one", async () => {
    expect(await read(bytes(": still here\n\nevent: piece\nid: 1\ndata:one\ndata:  two\n\nretry: 5\n\n"))).toEqual(["one\n two"]);
  });

  it("leaves out an event that the end cuts short", async () => {
    expect(await read(bytes("data: one\n\ndata: tw"))).toEqual(["one"]);
    expect(await read()).toEqual([]);
  });

  it("lets go of the body once nobody reads on", async () => {
    const onCancel = vi.fn();
    for await (const data of eventData(bodyOf([bytes("data: one\n\n"), bytes("data: two\n\n")], onCancel))) {
      expect(data).toBe("one");
      break;
    }
    expect(onCancel).toHaveBeenCalledOnce();
  });
});

/** A WebSocket whose service is the test: what the page sends is kept, what it receives the test says. */
import { act } from "@testing-library/react";
import { vi } from "vitest";

export class ScriptedSocket {
  static readonly OPEN = 1;
  static all: ScriptedSocket[] = [];
  readonly sent: { type: string; client_id?: string; content?: string; message_id?: string }[] = [];
  readyState = 1;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(_url: string, readonly protocols: string[]) {
    ScriptedSocket.all.push(this);
  }

  send(text: string) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }
}

/** Stands in for the browser's own until `vi.unstubAllGlobals`. */
export function scriptSockets() {
  ScriptedSocket.all = [];
  vi.stubGlobal("WebSocket", ScriptedSocket);
}

/** The newest connection. */
export const socket = () => ScriptedSocket.all.at(-1) as ScriptedSocket;
export const receive = (frame: object) => act(() => socket().onmessage?.({ data: JSON.stringify(frame) }));
export const lose = (code: number) => act(() => socket().onclose?.({ code }));

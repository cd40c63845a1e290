/** Stands in for the services over HTTP. A call that no test foresaw is an error. */
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll } from "vitest";
import { addresses } from "@/config/env";

export const services = setupServer();
export const at = addresses;

export function startServices(): void {
  beforeAll(() => services.listen({ onUnhandledRequest: "error" }));
  afterEach(() => services.resetHandlers());
  afterAll(() => services.close());
}

export function problem(status: number, detail: string, extra: object = {}): Response {
  const body = { type: "about:blank", title: "Refused", status, detail, code: "refused", request_id: "r1", ...extra };
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/problem+json" } });
}

/** Owns the defaults of all cached reads. */
import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "./problem";

const ATTEMPTS = 2;

/** A refusal stays a refusal; only a missing answer or a failing service is worth another try. */
export function isWorthRetrying(failures: number, error: unknown): boolean {
  const isRefusal = error instanceof ApiError && error.status >= 400 && error.status < 500;
  return !isRefusal && failures < ATTEMPTS;
}

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: isWorthRetrying, retryDelay: (attempt) => 500 * 2 ** attempt, staleTime: 10_000, networkMode: "always" },
      mutations: { networkMode: "always" },
    },
  });
}

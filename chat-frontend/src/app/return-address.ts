/** Owns where a person goes after signing in. */
import { useLocation } from "react-router-dom";
import { paths } from "@/config/paths";

export interface ReturnState {
  from: string;
}

export function useReturnAddress(): ReturnState {
  const state: unknown = useLocation().state;
  const from = typeof state === "object" && state !== null ? (state as Record<string, unknown>).from : null;
  return { from: typeof from === "string" && from.startsWith("/") ? from : paths.home };
}

/** Owns where a person goes after signing in, and what the sign-in page is told about how they came. */
import { useLocation } from "react-router-dom";
import { paths } from "@/config/paths";

export interface ReturnState {
  from: string;
}

export interface SignInState extends ReturnState {
  /** They have just chosen a new password by a link. */
  isPasswordNew: boolean;
}

export function useReturnAddress(): ReturnState {
  const { from } = useLocationState();
  return { from: typeof from === "string" && from.startsWith("/") ? from : paths.home };
}

export const useIsPasswordNew = () => useLocationState().isPasswordNew === true;

function useLocationState(): Record<string, unknown> {
  const state: unknown = useLocation().state;
  return typeof state === "object" && state !== null ? (state as Record<string, unknown>) : {};
}

/** Reads how much may be spent, and how much is. */
import { useQuery } from "@tanstack/react-query";
import { call, chatClient } from "./clients";

export const budgetsKey = ["budgets"] as const;

export function useBudgets() {
  return useQuery({ queryKey: budgetsKey, queryFn: () => call("chat", () => chatClient.GET("/budgets")), staleTime: 0 });
}

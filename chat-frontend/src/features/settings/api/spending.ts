/** Reads what the person has spent, and the budgets that hold for them. */
import { useQuery } from "@tanstack/react-query";
import { call, chatClient } from "@/api/clients";

export function useOwnSpending() {
  return useQuery({
    queryKey: ["spending", "me"],
    queryFn: () => call("chat", () => chatClient.GET("/spending/me")),
    // Whoever comes back from a conversation wants to see what it cost.
    staleTime: 0,
  });
}

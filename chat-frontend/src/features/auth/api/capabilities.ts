/** Reads what this installation offers to someone who is not signed in. */
import { useQuery } from "@tanstack/react-query";
import { authClient, call } from "@/api/clients";

export function useCapabilities() {
  return useQuery({
    queryKey: ["capabilities"],
    queryFn: () => call("auth", () => authClient.GET("/auth/capabilities")),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

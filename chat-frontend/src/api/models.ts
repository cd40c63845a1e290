/** Loads the models on offer. */
import { useQuery } from "@tanstack/react-query";
import { call, chatClient } from "./clients";
import type { Model } from "./shapes";

const FRESH_FOR_MS = 5 * 60_000;

export function useModels() {
  return useQuery<Model[]>({
    queryKey: ["models"],
    queryFn: () => call("chat", () => chatClient.GET("/models")),
    staleTime: FRESH_FOR_MS,
  });
}

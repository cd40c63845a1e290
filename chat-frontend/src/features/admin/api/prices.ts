/** Reads and changes what models cost. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { call, chatClient } from "@/api/clients";
import type { Price } from "@/api/shapes";

const pricesKey = ["prices"] as const;

export function usePrices() {
  return useQuery({ queryKey: [...pricesKey, "now"], queryFn: () => call("chat", () => chatClient.GET("/prices")) });
}

/** All versions of one model's price, the newest first. */
export function usePriceHistory(model: string) {
  return useQuery({
    queryKey: [...pricesKey, "of", model],
    queryFn: () => call("chat", () => chatClient.GET("/prices", { params: { query: { model } } })),
  });
}

export function useModelsOnOffer() {
  return useQuery({ queryKey: ["models-on-offer"], queryFn: () => call("chat", () => chatClient.GET("/models")) });
}

export type PriceChange = Pick<Price, "model" | "input_usd_per_million" | "output_usd_per_million">;

export function useChangePrice() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: PriceChange) => call("chat", () => chatClient.PUT("/prices", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: pricesKey }),
  });
}

/** Makes models and prices as chat-service answers with them. */
import type { Model, Price } from "@/api/shapes";

export function modelOf(id: string, more: Partial<Model> = {}): Model {
  return { id, name: id, description: "", is_default: false, is_demonstration: false, provider: "", context_tokens: null, ...more };
}

export function priceOf(model: string, more: Partial<Price> = {}): Price {
  return { model, input_usd_per_million: 0.15, output_usd_per_million: 1.125, valid_from: "2026-01-01T12:00:00+00:00", is_from_file: false, ...more };
}

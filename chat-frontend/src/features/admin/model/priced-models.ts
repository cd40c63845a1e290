/** Puts the models on offer and the prices that are known together. */
import type { Model, Price } from "@/api/shapes";

export interface PricedModel {
  /** The name that its price is kept under. */
  key: string;
  name: string;
  /** As the service lists it; null where it is no longer on offer. */
  modelId: string | null;
  isDemonstration: boolean;
  price: Price | null;
}

/** A price of one of several providers' models is kept under both names; the model's own may begin with the provider's, too. */
function keysOf({ id, provider }: Model): [string, ...string[]] {
  if (provider === "") return [id];
  return id.startsWith(`${provider}/`) ? [`${provider}/${id}`, id] : [`${provider}/${id}`];
}

/** Those on offer in the service's order, then those that have a price and are no longer offered. */
export function pricedModels(models: Model[], prices: Price[]): PricedModel[] {
  const byKey = new Map(prices.map((price) => [price.model, price]));
  const offered = models.map((model): PricedModel => {
    const keys = keysOf(model);
    const key = keys.find((one) => byKey.has(one)) ?? keys[0];
    return { key, name: model.name, modelId: model.id, isDemonstration: model.is_demonstration, price: byKey.get(key) ?? null };
  });
  const shown = new Set(offered.map(({ key }) => key));
  const former = prices.filter(({ model }) => !shown.has(model));
  return [...offered, ...former.map((price) => ({ key: price.model, name: price.model, modelId: null, isDemonstration: false, price }))];
}

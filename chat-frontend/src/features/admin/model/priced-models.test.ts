import { describe, expect, it } from "vitest";
import { modelOf, priceOf } from "@/test/prices";
import { pricedModels } from "./priced-models";

const shown = (...[models, prices]: Parameters<typeof pricedModels>) => pricedModels(models, prices).map(({ key, modelId, price }) => [key, modelId, price !== null]);

describe("models and prices", () => {
  it("of a single provider go by the model's own name", () => {
    expect(shown([modelOf("b"), modelOf("a")], [priceOf("a")])).toEqual([["b", "b", false], ["a", "a", true]]);
  });

  it("of several providers go by the provider's name and the model's", () => {
    const models = [modelOf("gpt", { provider: "one" }), modelOf("two/gpt", { provider: "two" }), modelOf("llama", { provider: "two" })];
    expect(shown(models, [priceOf("one/gpt"), priceOf("two/gpt")])).toEqual([["one/gpt", "gpt", true], ["two/gpt", "two/gpt", true], ["two/llama", "llama", false]]);
  });

  it("go together where a model is called after its own provider", () => {
    expect(shown([modelOf("one/gpt", { provider: "one" })], [priceOf("one/one/gpt")])).toEqual([["one/one/gpt", "one/gpt", true]]);
  });

  it("that nobody offers any more come last", () => {
    expect(shown([modelOf("a")], [priceOf("gone"), priceOf("a")])).toEqual([["a", "a", true], ["gone", null, true]]);
  });
});

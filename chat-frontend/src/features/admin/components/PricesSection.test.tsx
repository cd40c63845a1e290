import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import type { Model, Price } from "@/api/shapes";
import { modelOf, priceOf } from "@/test/prices";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ViewerContext } from "../model/viewer";
import { PricesSection } from "./PricesSection";

startServices();

const address = `${at.chat}/prices`;

function open({ mayChange = true } = {}) {
  showInPage(<ViewerContext.Provider value={{ userId: "id-of-vera", mayChange }}><PricesSection /></ViewerContext.Provider>);
}

const entries = async () => within(await screen.findByRole("list", { name: "Prices" })).findAllByRole("listitem");
const texts = async () => (await entries()).map((one) => one.textContent ?? "");
const press = (name: string | RegExp) => userEvent.click(screen.getByRole("button", { name }));

describe("the prices", () => {
  let versions: Price[];
  let models: Model[];
  let asked: unknown[];

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    models = [modelOf("gpt"), modelOf("filed"), modelOf("free"), modelOf("smol", { is_demonstration: true })];
    versions = [priceOf("gpt"), priceOf("filed", { is_from_file: true }), priceOf("smol", { input_usd_per_million: 0, output_usd_per_million: 0, is_from_file: true }), priceOf("gone")];
    asked = [];
    services.use(
      http.get(`${at.chat}/models`, () => HttpResponse.json(models)),
      http.get(address, ({ request }) => {
        const model = new URL(request.url).searchParams.get("model");
        const newest = versions.filter((one, index) => versions.findIndex((other) => other.model === one.model) === index);
        return HttpResponse.json(model === null ? newest : versions.filter((one) => one.model === model));
      }),
      http.put(address, async ({ request }) => {
        const body = (await request.json()) as Price;
        asked.push(body);
        versions = [priceOf(body.model, { ...body, valid_from: "2026-02-01T12:00:00+00:00" }), ...versions];
        return HttpResponse.json(versions[0]);
      }),
    );
  });

  it("are listed for every model, also for those without one", async () => {
    open();
    const [priced, filed, free, embedded, gone] = await texts();
    expect(priced).toMatch(/gpt.*Reading \$0\.15, writing \$1\.125.*Since Jan 1, 2026/);
    expect(filed).toMatch(/filed.*Fixed.*MODELS_FILE says so/);
    expect(free).toMatch(/free.*No price.*nothing is counted/);
    expect(embedded).toMatch(/smol.*Fixed.*runs in the chat service itself/);
    expect(gone).toMatch(/gone.*Not on offer/);
    const buttons = screen.getAllByRole("button").map((one) => one.getAttribute("aria-label"));
    expect(buttons).toEqual(["Change the price of gpt", "Set the price of free"]);
  });

  it("are read by a manager, who changes none", async () => {
    open({ mayChange: false });
    await entries();
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("are set where there was none", async () => {
    open();
    await entries();
    await press("Set the price of free");
    await userEvent.type(await screen.findByRole("textbox", { name: /Reading/ }), "0.05");
    await press("Save");
    expect(screen.getByText("Write an amount such as 12.50.")).toBeVisible();
    expect(asked).toEqual([]);
    await userEvent.type(screen.getByRole("textbox", { name: /Writing/ }), "2{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(asked).toEqual([{ model: "free", input_usd_per_million: 0.05, output_usd_per_million: 2 }]);
    expect(screen.getByRole("status")).toHaveTextContent("It holds from the next answer of free on.");
    await waitFor(async () => expect((await texts())[2]).toMatch(/Reading \$0\.05, writing \$2\.00/));
  });

  it("are changed, and the earlier ones stay to be seen", async () => {
    open();
    await entries();
    await press("Change the price of gpt");
    const written = await screen.findByRole("textbox", { name: /Writing/ });
    expect(written).toHaveValue("1.125");
    await userEvent.clear(written);
    await userEvent.type(written, "3{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await userEvent.click(screen.getByText("All prices of gpt so far"));
    const [first] = await entries();
    const history = await within(first as HTMLElement).findByRole("list");
    expect(within(history).getAllByRole("listitem").map((one) => one.textContent)).toEqual([
      expect.stringMatching(/From Feb 1, 2026.*writing \$3\.00/), expect.stringMatching(/From Jan 1, 2026.*writing \$1\.125/),
    ]);
  });

  it("go by the provider's name too, while the model is named as it is listed", async () => {
    models = [modelOf("gpt", { name: "GPT", provider: "one" })];
    versions = [priceOf("one/gpt")];
    open();
    await entries();
    await press("Change the price of GPT");
    await userEvent.type(await screen.findByRole("textbox", { name: /Reading/ }), "{Enter}");
    await waitFor(() => expect(asked).toEqual([{ model: "gpt", input_usd_per_million: 0.15, output_usd_per_million: 1.125 }]));
  });

  it("say at the form why a change was refused", async () => {
    services.use(http.put(address, () => problem(409, "MODELS_FILE says what this model costs.", { code: "price_in_file" })));
    open();
    await entries();
    await press("Change the price of gpt");
    await userEvent.type(await screen.findByRole("textbox", { name: /Reading/ }), "{Enter}");
    expect(await within(screen.getByRole("dialog")).findByRole("alert")).toHaveTextContent("MODELS_FILE says what this model costs.");
  });

  it("are shown while the models cannot be asked for, and say so", async () => {
    services.use(http.get(`${at.chat}/models`, () => problem(403, "The model server cannot be reached.")));
    open();
    expect(await screen.findByText("The model server cannot be reached.")).toBeVisible();
    expect((await texts())[0]).toMatch(/gpt.*Reading/);
    expect(screen.queryByText("Not on offer.")).toBeNull();
    expect(screen.queryByRole("button", { name: /Change/ })).toBeNull();
  });
});

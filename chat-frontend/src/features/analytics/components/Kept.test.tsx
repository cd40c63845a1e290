import { screen, waitFor } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { scopeOf, USUAL } from "../model/view";
import { SeriesPanel } from "./SeriesPanel";

startServices();

const scopeFrom = (from: string) => scopeOf({ ...USUAL, range: "custom", from, to: "2026-03-02", zone: "UTC" }, 0);
const panel = (from: string) => (
  <SeriesPanel title="Answers" scope={scopeFrom(from)} form="bars" asked={{ metrics: ["answers"], by: "model" }} emptySentence="None." />
);
const seriesOf = (from: string, value: number) =>
  HttpResponse.json({ metric: "answers", interval: "day", timezone: "UTC", series: [{ subject: "gpt-4", points: [{ starts_at: `${from}T00:00:00Z`, value }] }] });

/** The service answers for the first range at once, for others when it is let. */
function holdOthers(answer: (from: string) => Response) {
  let letGo = () => {};
  const isLet = new Promise<void>((resolve) => { letGo = resolve; });
  services.use(http.get(`${at.analytics}/analytics/timeseries`, async ({ request }) => {
    const from = new URL(request.url).searchParams.get("from") ?? "";
    if (from === "2026-03-01") return seriesOf(from, 7);
    await isLet;
    return answer(from);
  }));
  return letGo;
}

const busy = () => document.querySelector("[aria-busy]");
const cell = (text: string) => screen.findByRole("cell", { name: text });

describe("figures while another range is on its way", () => {
  it("stay in sight and say that they are of before, and only the first ones are waited for", async () => {
    const letGo = holdOthers((from) => seriesOf(from, 9));
    const { showInstead } = showInPage(panel("2026-03-01"));
    expect(screen.getByRole("status", { name: "Loading" })).toBeVisible();
    expect(busy()).toBeNull();
    await cell("7");
    showInstead(panel("2026-02-20"));
    await waitFor(() => expect(busy()).toContainElement(screen.getByRole("cell", { name: "7" })));
    expect(screen.queryByRole("status")).toBeNull();
    letGo();
    await cell("9");
    expect(busy()).toBeNull();
  });

  it("go where the other range cannot be had", async () => {
    const letGo = holdOthers(() => problem(403, "These are not for you."));
    const { showInstead } = showInPage(panel("2026-03-01"));
    await cell("7");
    showInstead(panel("2026-02-20"));
    letGo();
    expect(await screen.findByRole("alert")).toHaveTextContent("These are not for you.");
    expect(screen.queryByRole("cell")).toBeNull();
    expect(busy()).toBeNull();
  });
});

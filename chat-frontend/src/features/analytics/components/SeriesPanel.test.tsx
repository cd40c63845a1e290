import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { describe, expect, it } from "vitest";
import { showInPage } from "@/test/ShowInPage";
import { at, services, startServices } from "@/test/services";
import { MOST_SERIES } from "../model/colours";
import { scopeOf, USUAL } from "../model/view";
import { SeriesPanel } from "./SeriesPanel";

startServices();

const scope = scopeOf({ ...USUAL, range: "custom", from: "2026-03-01", to: "2026-03-01", zone: "UTC" }, 0);
const series = (subject: string, value: number) => ({ subject, points: [{ starts_at: "2026-03-01T00:00:00Z", value }] });

describe("a chart of the first of many", () => {
  it("has all others as one more, so that its bars are as high as the total", async () => {
    const models = ["a", "b", "c", "d", "e"];
    services.use(http.get(`${at.analytics}/analytics/timeseries`, ({ request }) => {
      const isOfAll = new URL(request.url).searchParams.get("by") === "all";
      return HttpResponse.json({ metric: "answers", interval: "day", timezone: "UTC", series: isOfAll ? [series("", 100)] : models.map((model) => series(model, 10)) });
    }));
    showInPage(<SeriesPanel title="Answers" scope={scope} form="bars" asked={{ metrics: ["answers"], by: "model", mostWithOthers: MOST_SERIES }} emptySentence="None." />);
    await screen.findByRole("columnheader", { name: "Others" });
    expect(screen.getAllByRole("columnheader").map(({ textContent }) => textContent)).toEqual(["Time", "a", "b", "c", "d", "Others"]);
    expect(screen.getAllByRole("cell").map(({ textContent }) => textContent)).toEqual(["10", "10", "10", "10", "60"]);
  });
});

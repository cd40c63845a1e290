import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import type { Alert, AlertChange, AlertRule } from "@/api/shapes";
import { alertOf, changeOf, ruleOf } from "@/test/alerts";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { AlertBanner } from "./AlertBanner";
import { AlertsSection } from "./AlertsSection";

startServices();

const address = `${at.analytics}/analytics/alerts`;
const cuts = ["all", "model", "provider"];
const rulesAddress = `${address}/rules`;

describe("alerts", () => {
  let alerts: Alert[];
  let rules: AlertRule[];
  let pages: AlertChange[][];
  let asked: { method: string; body: unknown; once: string | null }[];
  const user = userEvent.setup();
  const press = (name: string | RegExp) => user.click(screen.getByRole("button", { name }));
  const list = async (name: string) => within(await screen.findByRole("list", { name }));
  const entry = async (name: string) => within((await (await list("Rules")).findByText(name)).closest("li") as HTMLElement);
  const dialog = async () => within(await screen.findByRole("dialog"));
  const closed = () => waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  const open = (mayChange = true) => showInPage(<AlertsSection mayChange={mayChange} />);

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    rules = [ruleOf("1", { name: "Requests fail" }), ruleOf("2", { name: "No events", figure: "minutes_since_event", threshold: 60, for_minutes: 0, is_enabled: false })];
    alerts = [];
    pages = [[]];
    asked = [];
    const keep = async (request: Request) => {
      const body = (await request.json()) as Partial<AlertRule>;
      asked.push({ method: request.method, body, once: request.headers.get("Idempotency-Key") });
      return body;
    };
    services.use(
      http.get(address, () => HttpResponse.json(alerts)),
      http.get(`${address}/figures`, () => HttpResponse.json({
        figures: ["error_rate", "requests", "open_circuits", "pages_printed"], cuts, cuts_by_figure: { error_rate: cuts, requests: cuts, open_circuits: ["all", "provider"], pages_printed: ["all"] },
      })),
      http.get(`${address}/history`, ({ request }) => {
        const index = Number(new URL(request.url).searchParams.get("cursor") ?? 0);
        const more: Record<string, string> = index + 1 < pages.length ? { Link: `<${address}/history?cursor=${index + 1}>; rel="next"` } : {};
        return HttpResponse.json(pages[index], { headers: more });
      }),
      http.get(`${at.analytics}/analytics/models`, () => HttpResponse.json([{ subject: "gpt-x" }])),
      http.get(rulesAddress, () => HttpResponse.json(rules)),
      http.post(rulesAddress, async ({ request }) => {
        rules = [...rules, ruleOf("3", await keep(request))];
        return HttpResponse.json(rules.at(-1));
      }),
      http.patch(`${rulesAddress}/:id`, async ({ request, params }) => {
        const change = await keep(request);
        rules = rules.map((rule) => (rule.id === params.id ? { ...rule, ...change } : rule));
        return HttpResponse.json(rules.find(({ id }) => id === params.id));
      }),
      http.delete(`${rulesAddress}/:id`, ({ params }) => {
        rules = rules.filter(({ id }) => id !== params.id);
        return HttpResponse.json({ message: "Rule deleted" });
      }),
    );
  });

  it("that fire or will are said in words", async () => {
    const [first = ruleOf("1")] = rules;
    alerts = [alertOf(first), alertOf(ruleOf("9", { name: "Late", figure: "first_token_p95", threshold: 15 }), { state: "pending", value: 20 }), alertOf(ruleOf("8", { name: "Over soon" }), { value: 0.01 })];
    open();
    const shown = (await (await list("Alerts")).findAllByRole("listitem")).map(({ textContent }) => textContent);
    expect(shown).toEqual([
      expect.stringMatching(/^Requests failFiringError rate over 5% for 5 minutes: 12%Taken over 10 minutes, of all together/),
      expect.stringMatching(/^LatePendingTime to first token \(p95\) over 15 s for 5 minutes: 20 s.*Fires if it goes on until .*\.$/),
      expect.stringMatching(/^Over soonFiring.*It is no longer so: resolved when that has lasted two minutes\.$/),
    ]);
  });

  it("say what will appear where there is nothing", async () => {
    rules = [];
    open();
    expect(await screen.findByText(/^Nothing fires\./)).toBeVisible();
    expect(await screen.findByText(/^There are no rules/)).toBeVisible();
    expect(await screen.findByText(/^Nothing has fired\./)).toBeVisible();
  });

  it("have a history that goes on where it is asked to", async () => {
    pages = [[changeOf("2", ruleOf("1", { name: "Requests fail" }), { state: "resolved", value: null })], [changeOf("1", ruleOf("gone", { name: "Long gone" }))]];
    open();
    const history = await list("History");
    expect(await history.findByText("Requests fail")).toBeVisible();
    expect(history.getByText("Resolved")).toBeVisible();
    await press("Show older entries");
    expect(await history.findByText("Long gone")).toBeVisible();
    expect(history.getByText("Figure: 12%")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Show older entries" })).toBeNull();
  });

  it("have a form that says what is missing, and of whom each figure is known", async () => {
    open();
    await entry("Requests fail");
    await press("Add a rule");
    const form = await dialog();
    const [figure, ofWhom] = [form.getByRole("combobox", { name: "Figure" }), form.getByRole("combobox", { name: "Of whom" })];
    await waitFor(() => expect(form.getByRole("option", { name: "pages_printed" })).toBeInTheDocument());
    await user.selectOptions(ofWhom, "One model");
    await user.click(form.getByRole("button", { name: "Add rule" }));
    for (const sentence of ["Give it a name.", "Write a number.", "Name a model."]) expect(form.getByText(sentence)).toBeVisible();
    expect(asked).toEqual([]);
    await user.selectOptions(figure, "Providers left alone");
    expect(within(ofWhom).getAllByRole("option").map(({ textContent }) => textContent)).toEqual(["All together", "One provider"]);
    expect(ofWhom).toHaveValue("all");
  });

  it("have rules that are made once, whatever becomes of the first answer", async () => {
    services.use(http.post(rulesAddress, async ({ request }) => {
      asked.push({ method: "POST", body: await request.json(), once: request.headers.get("Idempotency-Key") });
      return problem(503, "Not now.");
    }, { once: true }));
    open();
    await entry("Requests fail");
    await press("Add a rule");
    const form = await dialog();
    await waitFor(() => expect(form.getByRole("option", { name: "One model" })).toBeInTheDocument());
    await user.type(form.getByRole("textbox", { name: "Name" }), "Busy");
    await user.selectOptions(form.getByRole("combobox", { name: "Figure" }), "Requests");
    await user.type(form.getByRole("textbox", { name: "Threshold" }), "9");
    await user.selectOptions(form.getByRole("combobox", { name: "Of whom" }), "One model");
    await user.type(form.getByLabelText("Model"), "gpt");
    expect(form.getByText("Requests of gpt over 9 for 5 minutes")).toBeVisible();
    await user.click(form.getByRole("button", { name: "Add rule" }));
    expect(await form.findByRole("alert")).toHaveTextContent("Not now.");
    await user.click(form.getByRole("button", { name: "Add rule" }));
    await closed();
    expect((await entry("Busy")).getByText("Requests of gpt over 9 for 5 minutes")).toBeVisible();
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
    expect(asked[0]?.body).toMatchObject({ name: "Busy", figure: "requests", threshold: 9, by: "model", subject: "gpt", email: false, webhook_url: null });
    expect(screen.getByText("Made. It is looked at within 15 seconds.")).toBeVisible();
  });

  it("show what the service says of a field at that field", async () => {
    const detail = "This host is not allowed. The operator can add it to ALERT_WEBHOOK_HOSTS.";
    services.use(http.patch(`${rulesAddress}/1`, () => problem(422, detail, { errors: [{ field: "webhook_url", message: detail }] })));
    open();
    await user.click((await entry("Requests fail")).getByRole("button", { name: "Change Requests fail" }));
    const form = await dialog();
    await user.type(form.getByRole("textbox", { name: "Webhook address" }), "https://a.example");
    await user.click(form.getByRole("button", { name: "Save changes" }));
    await waitFor(() => expect(form.getByRole("textbox", { name: "Webhook address" })).toHaveAccessibleDescription(expect.stringContaining("This host is not allowed.")));
    expect(form.queryByRole("alert")).toBeNull();
  });

  it("have rules that keep the secret which nobody is shown", async () => {
    rules = [ruleOf("1", { name: "Told", webhook_url: "https://hooks.example.com/a" })];
    open();
    await user.click((await entry("Told")).getByRole("button", { name: "Change Told" }));
    const form = await dialog();
    expect(form.getByLabelText("Webhook secret")).toHaveValue("");
    expect(form.getByText(/^Leave it empty to keep the one there is/)).toBeVisible();
    const threshold = form.getByRole("textbox", { name: "Threshold in percent" });
    expect(threshold).toHaveValue("5");
    await user.clear(threshold);
    await user.type(threshold, "7.5");
    await user.click(form.getByRole("button", { name: "Save changes" }));
    await closed();
    expect(asked.map(({ body }) => body)).toEqual([{ threshold: 0.075 }]);
    expect((await entry("Told")).getByText("Tells the webhook at hooks.example.com")).toBeVisible();
  });

  it("have rules that are switched on and off", async () => {
    open();
    const off = await entry("No events");
    expect(off.getByText("Off")).toBeVisible();
    await user.click(off.getByRole("switch", { name: "No events: on" }));
    await waitFor(() => expect(off.queryByText("Off")).toBeNull());
    expect(off.getByRole("switch")).toBeChecked();
    expect(asked.map(({ body }) => body)).toEqual([{ is_enabled: true }]);
  });

  it("have rules that are deleted after a question", async () => {
    open();
    await user.click((await entry("Requests fail")).getByRole("button", { name: "Delete Requests fail" }));
    const question = await dialog();
    expect(question.getByText(/“Requests fail” will be gone/)).toBeVisible();
    await user.click(question.getByRole("button", { name: "Delete" }));
    await waitFor(() => expect(screen.queryByText("Requests fail")).toBeNull());
    expect(screen.getByText("Deleted. The history keeps what it did.")).toBeVisible();
    await waitFor(() => expect(screen.getByRole("list", { name: "Rules" })).toHaveFocus());
  });

  it("are only to be watched by those who may not change them", async () => {
    open(false);
    expect((await entry("No events")).getByText("Off")).toBeVisible();
    await screen.findByText(/^Nothing has fired\./);
    expect(screen.queryAllByRole("button")).toEqual([]);
    expect(screen.queryAllByRole("switch")).toEqual([]);
  });

  it("say why they are not there, and try again", async () => {
    services.use(http.get(rulesAddress, () => problem(403, "Not for you."), { once: true }));
    open();
    expect(await screen.findByText("Not for you.")).toBeVisible();
    await press("Try again");
    expect((await entry("Requests fail")).getByText("Error rate over 5% for 5 minutes")).toBeVisible();
  });

  it("have a banner with the way to them while one fires, and none otherwise", async () => {
    alerts = [alertOf(ruleOf("1", { name: "Late" }), { state: "pending" })];
    const { unmount } = showInPage(<AlertBanner to="/analytics/alerts?range=7d" />);
    await waitFor(() => expect(screen.getByRole("status")).toBeEmptyDOMElement());
    unmount();
    alerts = [alertOf(ruleOf("1", { name: "Requests fail" }))];
    const { unmount: leave } = showInPage(<AlertBanner to="/analytics/alerts?range=7d" />);
    expect(await screen.findByText("Requests fail")).toBeVisible();
    expect(screen.getByRole("status")).toHaveTextContent("Requests fail Error rate over 5% for 5 minutes: 12%See the alerts");
    expect(screen.getByRole("link", { name: "See the alerts" })).toHaveAttribute("href", "/analytics/alerts?range=7d");
    leave();
    alerts = ["A", "B", "C", "D"].map((name) => alertOf(ruleOf(name, { name })));
    showInPage(<AlertBanner to="/" />);
    expect(await screen.findByText("4 alerts fire")).toBeVisible();
    expect(screen.getByRole("status")).toHaveTextContent("A, B, C and others");
  });
});

import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession } from "@/api/session";
import type { ApiKey } from "@/api/shapes";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ApiKeysSection } from "./ApiKeysSection";

startServices();

const address = `${at.auth}/api-keys/`;
const SECRET = "cvo_000000000001_and-the-secret-part";

function apiKey(id: string, name: string, changes: Partial<ApiKey> = {}): ApiKey {
  return {
    id, name, prefix: `cvo_00000000000${id}`, scopes: ["chat"], created_at: "2026-01-01T12:00:00+00:00",
    expires_at: null, last_used_at: null, ...changes,
  };
}

interface Order { name: string; scopes: string[]; expires_at: string | null }

describe("the API keys", () => {
  let kept: ApiKey[];
  let orders: { order: Order; once: string | null }[];
  let changed: [string, unknown][];
  const user = userEvent.setup();
  const press = (name: string | RegExp) => user.click(screen.getByRole("button", { name }));
  const entry = async (name: string) => within((await screen.findByText(name)).closest("li") as HTMLElement);
  const dialog = () => screen.findByRole("dialog");
  const closed = () => waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());

  async function open() {
    showInPage(<ApiKeysSection />);
    await waitFor(() => expect(screen.queryByRole("status", { name: "Loading" })).toBeNull());
  }

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    kept = [
      apiKey("2", "backup", { scopes: ["chat", "analytics:read"], expires_at: "2099-01-01T12:00:00+00:00", last_used_at: "2026-02-02T12:00:00+00:00" }),
      apiKey("1", "old script", { expires_at: "2020-01-01T12:00:00+00:00" }),
    ];
    orders = [];
    changed = [];
    services.use(
      http.get(address, () => HttpResponse.json(kept)),
      http.post(address, async ({ request }) => {
        const order = (await request.json()) as Order;
        orders.push({ order, once: request.headers.get("Idempotency-Key") });
        const made = apiKey("3", order.name, { scopes: order.scopes as ApiKey["scopes"], expires_at: order.expires_at });
        kept = [made, ...kept];
        return HttpResponse.json({ ...made, key: SECRET });
      }),
      http.patch(`${address}:id`, async ({ params, request }) => {
        const { name } = (await request.json()) as { name: string };
        changed.push([String(params.id), name]);
        kept = kept.map((one) => (one.id === params.id ? { ...one, name } : one));
        return HttpResponse.json(kept.find(({ id }) => id === params.id));
      }),
      http.delete(`${address}:id`, ({ params }) => {
        changed.push([String(params.id), null]);
        kept = kept.filter(({ id }) => id !== params.id);
        return HttpResponse.json({ message: "API key deleted" });
      }),
    );
  });

  it("are listed with what they may do, their end and last use", async () => {
    await open();
    const backup = await entry("backup");
    expect(backup.getByText("cvo_000000000002…")).toBeVisible();
    expect(backup.getByText("Chat")).toBeVisible();
    expect(backup.getByText("Read analytics")).toBeVisible();
    expect(backup.getByText(/^Expires/)).toHaveTextContent("Jan 1, 2099");
    expect(backup.getByText(/^Last used/)).toHaveTextContent("Feb 2, 2026");
    expect(backup.queryByText("Expired")).toBeNull();
    const old = await entry("old script");
    expect(old.getAllByText("Expired")).toHaveLength(2); // as a mark, and before the time
    expect(old.getByText("Never used")).toBeVisible();
  });

  it("are none at first", async () => {
    kept = [];
    await open();
    expect(screen.getByText("You have no API keys yet.")).toBeVisible();
    expect(screen.queryByRole("list")).toBeNull();
  });

  it("say why they cannot be listed, and are listed later", async () => {
    services.use(http.get(address, () => problem(503, "The database is busy.")));
    await open();
    expect(await screen.findByRole("alert")).toHaveTextContent("The database is busy.");
    services.use(http.get(address, () => HttpResponse.json(kept)));
    await press("Try again");
    await entry("backup");
  });

  it("come in pages", async () => {
    services.use(
      http.get(address, ({ request }) =>
        new URL(request.url).searchParams.get("cursor") === "more"
          ? HttpResponse.json([apiKey("0", "the oldest")])
          : HttpResponse.json(kept, { headers: { Link: `<${address}?cursor=more>; rel="next"` } }),
      ),
    );
    await open();
    await press("Show more");
    await entry("the oldest");
    expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
  });

  describe("made anew", () => {
    it("are shown once, to be copied", async () => {
      const written = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
      await open();
      await press("Create API key");
      expect(within(await dialog()).getByRole("button", { name: "Create" })).toBeDisabled();
      await user.type(screen.getByLabelText("Name"), " nightly report ");
      await user.click(screen.getByLabelText("Read analytics"));
      await user.selectOptions(screen.getByLabelText("Expires"), "In 30 days");
      const before = Date.now();
      await press("Create");
      const shown = await screen.findByLabelText("API key “nightly report”");
      expect(shown).toHaveValue(SECRET);
      expect(shown).toHaveFocus();
      expect(screen.getByText(/only time that the key is shown/)).toBeVisible();
      expect(orders[0]?.order).toMatchObject({ name: "nightly report", scopes: ["chat", "analytics:read"] });
      const days = (Date.parse(orders[0]?.order.expires_at ?? "") - before) / 86_400_000;
      expect(days).toBeGreaterThanOrEqual(30);
      expect(days).toBeLessThan(30.1);
      await press("Copy key");
      expect(written).toHaveBeenCalledWith(SECRET);
      await screen.findByRole("button", { name: "Copied" });
      await press("Done");
      await closed();
      await entry("nightly report");
      expect(document.body.innerHTML).not.toContain(SECRET);
      expect(screen.getByRole("button", { name: "Create API key" })).toHaveFocus();
    });

    it("do not vanish by a slip of the hand", async () => {
      await open();
      await press("Create API key");
      await user.type(await screen.findByLabelText("Name"), "x{Enter}");
      await screen.findByDisplayValue(SECRET);
      await user.keyboard("{Escape}");
      expect(screen.getByDisplayValue(SECRET)).toBeVisible();
    });

    it("are copied by hand where the browser does not let the page", async () => {
      vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("not allowed"));
      await open();
      await press("Create API key");
      await user.type(await screen.findByLabelText("Name"), "x{Enter}");
      await screen.findByDisplayValue(SECRET);
      await press("Copy key");
      expect(await screen.findByRole("alert")).toHaveTextContent("copy it by hand");
    });

    it("need a scope, and may have no end", async () => {
      await open();
      await press("Create API key");
      await user.type(await screen.findByLabelText("Name"), "x");
      await user.click(screen.getByLabelText("Chat"));
      expect(screen.getByRole("button", { name: "Create" })).toBeDisabled();
      await user.click(screen.getByLabelText("Read analytics"));
      await user.selectOptions(screen.getByLabelText("Expires"), "Never");
      await press("Create");
      await screen.findByDisplayValue(SECRET);
      expect(orders.map(({ order }) => order)).toEqual([{ name: "x", scopes: ["analytics:read"], expires_at: null }]);
    });

    it("say at the field what is wrong with their end, and why there can be no more", async () => {
      const late = "A key lasts at most 7 days here.";
      services.use(http.post(address, () => problem(422, late, { errors: [{ field: "body.expires_at", message: late }] }), { once: true }));
      await open();
      await press("Create API key");
      await user.type(await screen.findByLabelText("Name"), "x{Enter}");
      await waitFor(() => expect(screen.getByLabelText("Expires")).toBeInvalid());
      expect(screen.getByText(late)).toBeVisible();
      services.use(http.post(address, () => problem(409, "You have 20 API keys."), { once: true }));
      await press("Create");
      expect(await screen.findByRole("alert")).toHaveTextContent("You have 20 API keys.");
    });

    it("are the same one when an answer was lost, another when something was changed", async () => {
      let isLost = true;
      const sent: (string | null)[] = [];
      services.use(
        http.post(address, ({ request }) => {
          sent.push(request.headers.get("Idempotency-Key"));
          return isLost ? HttpResponse.error() : undefined;
        }),
      );
      await open();
      await press("Create API key");
      await user.type(await screen.findByLabelText("Name"), "x");
      for (const count of [1, 2]) {
        await press("Create");
        await waitFor(() => expect(sent).toHaveLength(count));
        await screen.findByRole("alert");
      }
      await user.type(screen.getByLabelText("Name"), "y");
      isLost = false;
      await press("Create");
      await screen.findByDisplayValue(SECRET);
      expect(sent[0]).not.toBeNull();
      expect(sent[1]).toBe(sent[0]);
      expect(sent[2]).not.toBe(sent[0]);
    });
  });

  it("get another name", async () => {
    await open();
    await press("Rename backup");
    const field = within(await dialog()).getByLabelText("Name");
    await user.clear(field);
    expect(screen.getByRole("button", { name: "Rename" })).toBeDisabled();
    await user.type(field, "mirror{Enter}");
    await closed();
    await entry("mirror");
    expect(changed).toEqual([["2", "mirror"]]);
    expect(screen.getByRole("button", { name: "Rename mirror" })).toHaveFocus();
  });

  it("are deleted after a question", async () => {
    await open();
    await press("Delete backup");
    expect(within(await dialog()).getByText(/“backup” will stop to work/)).toBeVisible();
    expect(changed).toEqual([]);
    await press("Delete");
    await closed();
    expect(changed).toEqual([["2", null]]);
    await waitFor(() => expect(screen.queryByText("backup")).toBeNull());
    expect(await screen.findByText(/refused within 10 seconds/)).toHaveRole("status");
    expect(screen.getByRole("region", { name: "Your API keys" })).toHaveFocus();
  });

  it("stay when the question is cancelled", async () => {
    await open();
    await press("Delete backup");
    await dialog();
    await press("Cancel");
    await closed();
    expect(changed).toEqual([]);
    expect(screen.getByRole("button", { name: "Delete backup" })).toHaveFocus();
  });

  it.each(["Rename", "Delete"])("say why they could not be changed: %s", async (act) => {
    const gone = () => problem(404, "There is no such API key.");
    services.use(http.patch(`${address}:id`, gone), http.delete(`${address}:id`, gone));
    await open();
    await press(`${act} backup`);
    await dialog();
    await press(act);
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no such API key.");
  });
});

import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession } from "@/api/session";
import type { Persona, PersonaOrder } from "@/api/shapes";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { PersonaMenu } from "./PersonaMenu";
import { PersonasSection } from "./PersonasSection";

startServices();

const address = `${at.chat}/personas/`;
const time = "2026-01-01T00:00:00+00:00";

function persona(id: string, name: string, change: Partial<Persona> = {}): Persona {
  return {
    id, name, description: "", system_prompt: null, model: null, temperature: null, is_shared: false, is_own: true, created_at: time, updated_at: time, ...change,
  };
}

describe("personas", () => {
  let kept: Persona[];
  let orders: { order: PersonaOrder; once: string | null }[];
  let changes: [string, PersonaOrder][];
  const user = userEvent.setup();
  const press = (name: string | RegExp) => user.click(screen.getByRole("button", { name }));
  const entry = async (name: string) => within((await screen.findByText(name)).closest("li") as HTMLElement);
  const closed = () => waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());

  beforeEach(() => {
    beginSession(tokenFor("vera"));
    orders = [];
    changes = [];
    kept = [
      persona("1", "Pirate", { description: "Speaks of the sea.", system_prompt: "You are a pirate.", model: "s", temperature: 1.3 }),
      persona("2", "Editor", { is_shared: true, is_own: false }),
    ];
    services.use(
      http.get(address, () => HttpResponse.json(kept)),
      http.get(`${at.chat}/models`, () => HttpResponse.json([{ id: "s", name: "SmolLM2", description: "", is_default: true, is_demonstration: true }])),
      http.post(address, async ({ request }) => {
        const order = (await request.json()) as PersonaOrder;
        orders.push({ order, once: request.headers.get("Idempotency-Key") });
        kept = [...kept, persona("3", order.name)];
        return HttpResponse.json(kept.at(-1));
      }),
      http.patch(`${address}:id`, async ({ params, request }) => {
        changes.push([String(params.id), (await request.json()) as PersonaOrder]);
        return HttpResponse.json(kept[0]);
      }),
      http.delete(`${address}:id`, ({ params }) => {
        kept = kept.filter(({ id }) => id !== params.id);
        return HttpResponse.json({ message: "Persona deleted" });
      }),
    );
  });

  it("are one's own and the shared ones, which are only read", async () => {
    showInPage(<PersonasSection mayShare={false} />);
    const own = await entry("Pirate");
    expect(own.getByText("Speaks of the sea.")).toBeVisible();
    expect(own.getByText("Model: s")).toBeVisible();
    expect(own.getByText("Temperature: 1.3")).toBeVisible();
    const shared = await entry("Editor");
    expect(shared.getByText("Shared with all")).toBeVisible();
    expect(shared.queryByRole("button")).toBeNull();
  });

  it("are made with what was filled in, once however often it is tried", async () => {
    services.use(http.post(address, async ({ request }) => {
      orders.push({ order: (await request.clone().json()) as PersonaOrder, once: request.headers.get("Idempotency-Key") });
      return problem(503, "The chat service is restarting.");
    }, { once: true }));
    showInPage(<PersonasSection mayShare={false} />);
    await press("New persona");
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByRole("button", { name: "Create" })).toBeDisabled();
    expect(dialog.queryByRole("checkbox")).toBeNull();
    await user.type(dialog.getByRole("textbox", { name: "Name" }), "Poet");
    await user.type(dialog.getByRole("textbox", { name: "Instructions" }), "Write verse.");
    await user.selectOptions(dialog.getByRole("combobox", { name: "Model" }), "s");
    await user.type(dialog.getByRole("textbox", { name: "Temperature" }), "1.2");
    await user.click(dialog.getByRole("button", { name: "Create" }));
    expect(await dialog.findByRole("alert")).toHaveTextContent("The chat service is restarting.");
    await user.click(dialog.getByRole("button", { name: "Create" }));
    await closed();
    expect(await screen.findByText("Poet")).toBeVisible();
    expect(orders).toHaveLength(2);
    expect(orders[0]).toEqual(orders[1]);
    expect(orders[0]?.order).toEqual({ name: "Poet", description: "", system_prompt: "Write verse.", model: "s", temperature: 1.2 });
  });

  it("say what is wrong at its field", async () => {
    services.use(http.post(address, () => problem(422, "The request is not valid.", { errors: [{ field: "body.name", message: "Too odd a name" }] })));
    showInPage(<PersonasSection mayShare={false} />);
    await press("New persona");
    const dialog = within(await screen.findByRole("dialog"));
    await user.type(dialog.getByRole("textbox", { name: "Name" }), "x{Enter}");
    expect(await dialog.findByText("Too odd a name")).toBeVisible();
    expect(dialog.getByRole("textbox", { name: "Name" })).toHaveValue("x");
  });

  it("are changed and shared by an admin", async () => {
    showInPage(<PersonasSection mayShare />);
    await user.click((await entry("Editor")).getByRole("button", { name: "Change Editor" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByRole("checkbox", { name: /^Share with all/ })).toBeChecked();
    await user.click(dialog.getByRole("checkbox", { name: /^Share with all/ }));
    await user.click(dialog.getByRole("button", { name: "Save changes" }));
    await closed();
    expect(changes).toEqual([["2", { name: "Editor", description: "", system_prompt: null, model: null, temperature: null, is_shared: false }]]);
  });

  it("are deleted once asked for", async () => {
    showInPage(<PersonasSection mayShare={false} />);
    await user.click((await entry("Pirate")).getByRole("button", { name: "Delete Pirate" }));
    const dialog = within(await screen.findByRole("dialog"));
    expect(dialog.getByText(/Conversations that began with it go on as they are/)).toBeVisible();
    await user.click(dialog.getByRole("button", { name: "Delete" }));
    await closed();
    await waitFor(() => expect(screen.queryByText("Pirate")).toBeNull());
  });

  it("are chosen from a menu, and given back there", async () => {
    const onChoose = vi.fn();
    showInPage(<PersonaMenu chosen="1" chosenName="Pirate of old" onChoose={onChoose} />);
    await user.click(await screen.findByRole("button", { name: "Persona: Pirate of old" }));
    await user.click(await screen.findByRole("menuitem", { name: /Editor/ }));
    await press("Persona: Pirate of old");
    await user.click(await screen.findByRole("menuitem", { name: "No persona" }));
    expect(onChoose.mock.calls).toEqual([["2"], [null]]);
  });

  it("have no menu where there are none", async () => {
    kept = [];
    const { container } = showInPage(<PersonaMenu chosen={null} chosenName={null} onChoose={vi.fn()} />);
    await waitFor(() => expect(container.querySelector("button")).toBeNull());
  });
});

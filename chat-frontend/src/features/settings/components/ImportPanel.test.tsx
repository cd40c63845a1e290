import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession } from "@/api/session";
import type { ImportReport } from "@/api/shapes";
import { showInPage } from "@/test/ShowInPage";
import { at, problem, services, startServices } from "@/test/services";
import { tokenFor } from "@/test/tokens";
import { ImportPanel } from "./ImportPanel";

startServices();

const file = new File(["PK"], "export.zip", { type: "application/zip" });
const report: ImportReport = {
  format: "chatgpt", conversations_found: 3, conversations_imported: 1, messages_imported: 240, conversations_skipped: 2,
  skipped: [{ title: "Tides", code: "already_imported", reason: "It is here already." }, { title: null, code: "damaged", reason: "It could not be read." }],
  left_out: { attachments: 2, tool: 0, thoughts: 0, errors: 0, shortened: 0 },
};

/** Answers with these lines; the rest follows when the test says so. */
function answer() {
  let lines: ReadableStreamDefaultController<Uint8Array> | null = null;
  const sent: { type: string | null; accept: string | null; text: string }[] = [];
  services.use(
    http.post(`${at.chat}/imports`, async ({ request }) => {
      sent.push({ type: request.headers.get("Content-Type"), accept: request.headers.get("Accept"), text: await request.text() });
      return new HttpResponse(new ReadableStream({ start: (controller) => { lines = controller; } }), { headers: { "Content-Type": "application/x-ndjson" } });
    }),
  );
  const write = (text: string) => lines?.enqueue(new TextEncoder().encode(text));
  return { sent, write, end: () => lines?.close(), begun: () => lines !== null };
}

const choose = async (chosen = file) => {
  const input = document.querySelector("input[type=file]");
  await userEvent.upload(input as HTMLInputElement, chosen);
};

beforeEach(() => {
  beginSession(tokenFor("vera"));
  showInPage(<ImportPanel />);
});

describe("importing conversations", () => {
  it("sends the file as it is, shows how far it is, and what came of it", async () => {
    const service = answer();
    await choose();
    expect(await screen.findByText("The file is being read…")).toBeVisible();
    await expect.poll(service.begun).toBe(true);
    service.write('{"done":0,"total":3}\n{"done":1,');
    expect(await screen.findByText("0 of 3 conversations")).toBeVisible();
    service.write('"total":3}\n');
    expect(await screen.findByText("1 of 3 conversations")).toBeVisible();
    expect(screen.getByRole("progressbar", { name: "Import" })).toHaveAttribute("value", "1");
    service.write(`${JSON.stringify(report)}\n`);
    service.end();
    expect(await screen.findByText("Imported: 1 conversation (240 messages).")).toBeVisible();
    expect(service.sent).toEqual([{ type: "application/octet-stream", accept: "application/x-ndjson", text: "PK" }]);
    await userEvent.click(screen.getByText("Skipped conversations: 2"));
    const [first, second] = within(screen.getByRole("list", { name: "Skipped conversations" })).getAllByRole("listitem");
    expect(first).toHaveTextContent("TidesIt is here already.");
    expect(second).toHaveTextContent("Without a titleIt could not be read.");
    await userEvent.click(screen.getByText("Not everything in them came along"));
    expect(screen.getByText("Pictures and other files: 2")).toBeVisible();
  });

  it("says why a file is refused, and takes another one", async () => {
    services.use(http.post(`${at.chat}/imports`, () => problem(422, "This is no export.", { code: "not_an_export" })));
    await choose();
    expect(await screen.findByText("This is no export.")).toBeVisible();
    const service = answer();
    await choose(new File(["[]"], "conversations.json"));
    await expect.poll(service.begun).toBe(true);
    service.write(`${JSON.stringify({ ...report, conversations_skipped: 0, skipped: [] })}\n`);
    expect(await screen.findByText("Imported: 1 conversation (240 messages).")).toBeVisible();
    expect(screen.queryByText("This is no export.")).toBeNull();
  });

  it.each([
    ["the stream ends", '{"done":1,"total":3}\n', "The import broke off. What was imported stays: choose the same file again to go on."],
    ["the service says so", '{"code":"database_unavailable","detail":"The storage is away."}\n', "The storage is away."],
  ])("says that it broke off when %s", async (_, text, sentence) => {
    const service = answer();
    await choose();
    await expect.poll(service.begun).toBe(true);
    service.write(text);
    service.end();
    expect(await screen.findByText(sentence)).toBeVisible();
  });
});

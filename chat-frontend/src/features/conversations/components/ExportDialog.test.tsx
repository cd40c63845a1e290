import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as files from "@/api/save-file";
import type { Conversation } from "@/api/shapes";
import { at, services, startServices } from "@/test/services";
import { showInPage } from "@/test/ShowInPage";
import { ExportDialog } from "./ExportDialog";

startServices();

const conversation = { id: "c1", title: "Plans / May" } as Conversation;
const saved = vi.fn<(content: Blob, fileName: string) => void>();
const onClose = vi.fn();

function answer(text: string) {
  const asked: string[] = [];
  services.use(
    http.get(`${at.chat}/conversations/c1/export`, ({ request }) => {
      asked.push(new URL(request.url).searchParams.get("format") ?? "");
      return new HttpResponse(text);
    }),
  );
  return asked;
}

beforeEach(() => {
  saved.mockReset();
  onClose.mockReset();
  vi.spyOn(files, "saveFile").mockImplementation(saved);
  showInPage(<ExportDialog conversation={conversation} onClose={onClose} />);
});

afterEach(() => vi.restoreAllMocks());

describe("the export of a conversation", () => {
  it("is Markdown at first, under the conversation's name", async () => {
    const asked = answer("# Plans");
    await userEvent.click(screen.getByRole("button", { name: "Download" }));
    await vi.waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    expect(asked).toEqual(["markdown"]);
    expect(saved.mock.calls[0]?.[1]).toBe("Plans-May.md");
    expect(await saved.mock.calls[0]?.[0].text()).toBe("# Plans");
  });

  it.each([["Web page", "html", "Plans-May.html"], ["JSON", "json", "Plans-May.json"]])("can be %s", async (label, format, name) => {
    const asked = answer('{"is_complete":true}');
    await userEvent.click(screen.getByRole("radio", { name: label }));
    await userEvent.click(screen.getByRole("button", { name: "Download" }));
    await vi.waitFor(() => expect(onClose).toHaveBeenCalledOnce());
    expect(asked).toEqual([format]);
    expect(saved.mock.calls[0]?.[1]).toBe(name);
  });

  it("is not saved when it broke off", async () => {
    answer("# Plans\n\n---\n\n**The export broke off before its end. Try again in a moment.**\n");
    await userEvent.click(screen.getByRole("button", { name: "Download" }));
    expect(await screen.findByText("The export broke off before its end. Try again in a moment.")).toBeVisible();
    expect(saved).not.toHaveBeenCalled();
    expect(onClose).not.toHaveBeenCalled();
  });

  it("says why there is none", async () => {
    services.use(http.get(`${at.chat}/conversations/c1/export`, () => HttpResponse.json({ detail: "Conversation not found", code: "conversation_not_found" }, { status: 404 })));
    await userEvent.click(screen.getByRole("button", { name: "Download" }));
    expect(await screen.findByText("Conversation not found")).toBeVisible();
  });
});

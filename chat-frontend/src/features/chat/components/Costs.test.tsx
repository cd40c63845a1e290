import { act, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { beginSession, getSession, type Session } from "@/api/session";
import type { Message } from "@/api/shapes";
import { FLOATING_ID } from "@/config/floating";
import { show } from "@/i18n/translation";
import { messageAfter, messageOf, TIME } from "@/test/messages";
import { receive, scriptSockets, socket } from "@/test/scripted-socket";
import { at, services, startServices } from "@/test/services";
import { showInPage } from "@/test/ShowInPage";
import { tokenFor } from "@/test/tokens";
import { ChatPane } from "./ChatPane";
import { ConversationCost } from "./ConversationCost";

startServices();

const usage = { prompt_tokens: 1200, completion_tokens: 34, total_tokens: 1234 };

async function open(answer: Partial<Message>) {
  services.use(
    http.get(`${at.chat}/models`, () => HttpResponse.json([])),
    http.get(`${at.chat}/conversations/c1/messages`, () => HttpResponse.json([messageAfter("q1", "a1", answer), messageOf("q1")])),
  );
  beginSession(tokenFor("vera"));
  showInPage(
    <>
      <div id={FLOATING_ID} />
      <ChatPane conversationId="c1" conversation={undefined} session={getSession() as Session} onActivity={vi.fn()} onModelChosen={vi.fn()} />
    </>,
  );
  await screen.findByText("text of a1");
  await receive({ type: "ready", conversation_id: "c1", active: [] });
}

const answer = () => within(screen.getByRole("article", { name: "Assistant" }));

beforeEach(() => scriptSockets());
afterEach(async () => {
  vi.unstubAllGlobals();
  await act(() => show("en"));
});

describe("the cost of an answer", () => {
  it("stands beside the model, and says on focus how many tokens that was", async () => {
    await open({ cost: { usd: 0.00123, is_estimated: false }, usage });
    expect(answer().getByText("m")).toBeVisible();
    const cost = answer().getByText("$0.0012");
    act(() => cost.focus());
    expect(await screen.findByRole("tooltip")).toHaveTextContent("Tokens read: 1,200, written: 34.");
    expect(cost).toHaveAccessibleDescription(/Tokens read/);
  });

  it("says when it is an estimate", async () => {
    await open({ cost: { usd: 0.00123, is_estimated: true } });
    const cost = answer().getByText("about $0.0012");
    act(() => cost.focus());
    expect(await screen.findByRole("tooltip")).toHaveTextContent("An estimate: the provider did not say how many tokens it was.");
  });

  it("is nowhere when nobody knows it", async () => {
    await open({ cost: null, usage });
    expect(answer().queryByText(/\$/)).toBeNull();
  });

  it("comes with the end of an answer", async () => {
    await open({ cost: null });
    await receive({ type: "start", message_id: "a2", in_reply_to: "q1", model: "m", sibling_ids: ["a1", "a2"] });
    expect(answer().queryByText(/\$/)).toBeNull();
    const end = { content: "Good day", status: "complete", usage, cost: { usd: 0.5, is_estimated: false }, timestamp: TIME, seq: 1 };
    await receive({ type: "message", role: "assistant", message_id: "a2", in_reply_to: "q1", ...end });
    expect(answer().getByText("$0.50")).toBeVisible();
  });

  it("is written as the language writes it", async () => {
    await show("de");
    await open({ cost: { usd: 0.00123, is_estimated: true }, usage });
    expect(await screen.findByText(/^etwa 0,0012\s\$$/)).toBeVisible();
  });
});

describe("the cost of a conversation", () => {
  it("is told in its header", () => {
    showInPage(<ConversationCost usd={1.234} />);
    expect(screen.getByRole("img", { name: "This conversation has cost $1.23." })).toHaveTextContent("$1.23");
  });

  it("is not mentioned where nothing was paid", () => {
    showInPage(<ConversationCost usd={0} />);
    expect(screen.queryByText(/\$/)).toBeNull();
  });
});

describe("a message that no budget has room for", () => {
  const sentence = "Your budget for today of 1.00 USD is used up. It starts anew at 2026-01-02 00:00 UTC; until then a cheaper model may do.";
  const refuse = async (frame: { client_id?: string | undefined } | undefined) =>
    receive({ type: "error", code: "budget_exhausted", message: sentence, retryable: false, client_id: frame?.client_id, retry_after_seconds: 60 });

  it("says why, keeps its text, and is sent again or taken back", async () => {
    await open({});
    await userEvent.type(screen.getByRole("textbox", { name: "Message" }), "Dear question{Enter}");
    const sent = socket().sent.at(-1);
    await refuse(sent);
    const message = within(screen.getAllByRole("article", { name: "You" }).at(-1) as HTMLElement);
    expect(message.getByRole("alert")).toHaveTextContent(sentence);
    await userEvent.click(message.getByRole("button", { name: "Send again" }));
    expect(socket().sent.at(-1)).toEqual(sent);
    await refuse(sent);
    await userEvent.click(message.getByRole("button", { name: "Back to draft" }));
    expect(screen.getByRole("textbox", { name: "Message" })).toHaveValue("Dear question");
  });

  it("says so too of another answer, which changes nothing", async () => {
    await open({});
    await userEvent.click(answer().getByRole("button", { name: "Another answer" }));
    await refuse(socket().sent.at(-1));
    expect(screen.getByText(sentence)).toBeVisible();
    expect(screen.getByText("text of a1")).toBeVisible();
  });
});

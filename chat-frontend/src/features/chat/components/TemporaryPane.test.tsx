import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { beginSession, getSession } from "@/api/session";
import { at, problem, services, startServices } from "@/test/services";
import { showInPage } from "@/test/ShowInPage";
import { tokenFor } from "@/test/tokens";
import { TemporaryPane } from "./TemporaryPane";

startServices();

const url = `${at.chat}/v1/chat/completions`;
const models = ["One", "Two"].map((name) => ({ id: name.toLowerCase(), name, description: "", is_default: name === "One", is_demonstration: false }));

/** The body of each request for an answer, in order. */
let asked: unknown[] = [];
let tokens: (string | null)[] = [];

const LINE = "The model no longer sees what is above.";

const event = (data: unknown) => `data: ${JSON.stringify(data)}\n\n`;
const words = (content: string) => event({ model: "one", choices: [{ delta: { content }, finish_reason: null }] });
const END = `${event({ model: "one", choices: [{ delta: {}, finish_reason: "stop" }] })}data: [DONE]\n\n`;

/** Answers with this from now on. */
function answerWith(make: () => Response): void {
  services.use(
    http.post(url, async ({ request }) => {
      asked.push(await request.json());
      tokens.push(request.headers.get("Authorization"));
      return make();
    }),
  );
}

const streamOf = (text: string) => new Response(text, { headers: { "Content-Type": "text/event-stream" } });

/** An answer that comes bit by bit. */
function slowAnswer() {
  let control: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({ start: (given) => { control = given; } });
  answerWith(() => new Response(body, { headers: { "Content-Type": "text/event-stream" } }));
  return {
    send: (text: string) => control?.enqueue(new TextEncoder().encode(text)),
    cut: () => control?.error(new Error("The network is gone.")),
  };
}

const field = () => screen.getByRole("textbox", { name: "Message" });
const say = (text: string) => userEvent.type(field(), `${text}{Enter}`);
const answer = (status: string) =>
  waitFor(() => {
    const last = screen.getAllByRole("article", { name: "Assistant" }).at(-1);
    expect(last).toHaveAttribute("data-status", status);
    return last as HTMLElement;
  });

/** Whether the browser would ask before the page is left. */
const isAskedBeforeLeaving = () => !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));

beforeEach(() => {
  [asked, tokens] = [[], []];
  services.use(http.get(`${at.chat}/models`, () => HttpResponse.json(models)));
  beginSession(tokenFor("vera"));
});

describe("a temporary chat", () => {
  it("shows an answer as it comes, tells of it once it is whole, and sends what was said before", async () => {
    const slow = slowAnswer();
    showInPage(<TemporaryPane />);
    expect(screen.getByText(/Nothing of this chat is kept/)).toBeVisible();
    await say("Hello");
    expect(screen.getByRole("article", { name: "You" })).toHaveTextContent("Hello");
    expect(field()).toHaveValue("");
    expect(screen.getByText("Thinking…")).toBeVisible();
    slow.send(words("Good **da"));
    expect(await screen.findByText("da")).toBeVisible();
    slow.send(words("y**") + END);
    expect(await answer("complete")).toHaveTextContent("Good day");
    expect(screen.getByRole("log", { name: "Latest answer" })).toHaveTextContent("Good **day**");
    answerWith(() => streamOf(words("Yes") + END));
    await say("Really?");
    await answer("complete");
    expect(asked).toEqual([
      { messages: [{ role: "user", content: "Hello" }], model: null, stream: true, truncation: "auto" },
      {
        messages: [{ role: "user", content: "Hello" }, { role: "assistant", content: "Good **day**" }, { role: "user", content: "Really?" }],
        model: null, stream: true, truncation: "auto",
      },
    ]);
  });

  it("marks where what the model still read begins, and says how full it is", async () => {
    const read = (left_out: number, messages: number) =>
      event({ model: "one", context: { messages, left_out, prompt_tokens: 400, window_tokens: 500 }, choices: [{ delta: { role: "assistant", content: "" }, finish_reason: null }] });
    showInPage(<TemporaryPane />);
    answerWith(() => streamOf(read(0, 1) + words("One") + END));
    await say("First");
    await answer("complete");
    expect(screen.queryByText(LINE)).toBeNull();
    answerWith(() => streamOf(read(2, 1) + words("Two") + END));
    await say("Second");
    await answer("complete");
    const line = screen.getByText(LINE);
    expect(line.compareDocumentPosition(screen.getByText("First"))).toBe(Node.DOCUMENT_POSITION_PRECEDING);
    expect(line.compareDocumentPosition(screen.getByText("Second"))).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    expect(screen.getByRole("meter", { name: "What the model can read" })).toHaveAttribute("aria-valuenow", "80");
  });

  it("leaves nothing in the browser's storage, and offers nothing that needs a stored message", async () => {
    answerWith(() => streamOf(words("A secret") + END));
    const before = { ...localStorage };
    showInPage(<TemporaryPane />);
    await say("Keep this to yourself");
    await answer("complete");
    await userEvent.type(field(), "half a thought");
    expect({ ...localStorage }).toEqual(before);
    expect({ ...sessionStorage }).toEqual({});
    for (const name of ["Another answer", "Edit message", "Good answer"]) expect(screen.queryByRole("button", { name })).toBeNull();
    expect(screen.getByRole("button", { name: "Copy answer" })).toBeVisible();
  });

  it("has the browser ask before it is left, and only when there is something to lose", async () => {
    answerWith(() => streamOf(words("Hi") + END));
    const { unmount } = showInPage(<TemporaryPane />);
    expect(isAskedBeforeLeaving()).toBe(false);
    await userEvent.type(field(), "H");
    expect(isAskedBeforeLeaving()).toBe(true);
    await userEvent.clear(field());
    expect(isAskedBeforeLeaving()).toBe(false);
    await say("Hello");
    await answer("complete");
    expect(isAskedBeforeLeaving()).toBe(true);
    unmount();
    expect(isAskedBeforeLeaving()).toBe(false);
  });

  it("stops an answer, keeps what came, and goes on", async () => {
    const slow = slowAnswer();
    showInPage(<TemporaryPane />);
    await say("Hello");
    slow.send(words("Good"));
    await screen.findByText("Good");
    await userEvent.click(screen.getByRole("button", { name: "Stop answer" }));
    expect(await answer("stopped")).toHaveTextContent("Good");
    expect(screen.getByText("You stopped this answer here.")).toBeVisible();
    expect(screen.queryByRole("button", { name: "Continue writing" })).toBeNull();
    answerWith(() => streamOf(words("On we go") + END));
    await say("Go on");
    expect(await answer("complete")).toHaveTextContent("On we go");
  });

  it("leaves the service alone once the page is left", async () => {
    let isLeft = false;
    services.use(
      http.post(url, ({ request }) => {
        request.signal.addEventListener("abort", () => { isLeft = true; });
        return new Response(new ReadableStream(), { headers: { "Content-Type": "text/event-stream" } });
      }),
    );
    const { unmount } = showInPage(<TemporaryPane />);
    await say("Hello");
    await answer("streaming");
    unmount();
    await waitFor(() => expect(isLeft).toBe(true));
  });

  it("says why there is no answer, and asks again with the model that is chosen by then", async () => {
    answerWith(() => problem(429, "Wait a moment, then send it again."));
    showInPage(<TemporaryPane />);
    await say("Hello");
    const failed = await answer("failed");
    expect(failed).toHaveTextContent("Wait a moment, then send it again.");
    await userEvent.click(screen.getByRole("button", { name: "Model: One" }));
    await userEvent.click(await screen.findByRole("menuitem", { name: /Two/ }));
    answerWith(() => streamOf(words("Here I am") + END));
    await userEvent.click(within(failed).getByRole("button", { name: "Ask again" }));
    expect(await answer("complete")).toHaveTextContent("Here I am");
    expect(screen.getAllByRole("article")).toHaveLength(2);
    const messages = [{ role: "user", content: "Hello" }];
    expect(asked).toEqual([{ messages, model: null, stream: true, truncation: "auto" }, { messages, model: "two", stream: true, truncation: "auto" }]);
  });

  it.each([
    ["an error tells so", words("Half") + event({ error: { message: "The model is down.", type: "server_error", code: "upstream" } }), "The model is down."],
    ["it ends without a word", words("Half"), "The answer broke off before its end."],
    ["it is none of the service's", `${words("Half")}data: <html>\n\n`, "The answer broke off before its end."],
  ])("keeps what came of an answer that breaks off: %s", async (_, body, sentence) => {
    answerWith(() => streamOf(body));
    showInPage(<TemporaryPane />);
    await say("Hello");
    const failed = await answer("failed");
    expect(failed).toHaveTextContent("Half");
    expect(failed).toHaveTextContent(sentence);
    expect(within(failed).getByRole("button", { name: "Ask again" })).toBeEnabled();
  });

  it("says so when the network is cut", async () => {
    const slow = slowAnswer();
    showInPage(<TemporaryPane />);
    await say("Hello");
    slow.send(words("Half"));
    await screen.findByText("Half");
    act(() => slow.cut());
    expect(await answer("failed")).toHaveTextContent("The answer broke off before its end.");
  });

  it("goes on with the next token when its own is refused", async () => {
    const next = tokenFor("vera", "next");
    services.use(http.post(`${at.auth}/auth/refresh`, () => HttpResponse.json(next)));
    answerWith(() => (asked.length === 1 ? problem(401, "The token has ended.") : streamOf(words("Welcome back") + END)));
    const first = getSession()?.accessToken;
    showInPage(<TemporaryPane />);
    await say("Hello");
    expect(await answer("complete")).toHaveTextContent("Welcome back");
    expect(tokens).toEqual([`Bearer ${first}`, `Bearer ${next.access_token}`]);
  });
});

import { MantineProvider } from "@mantine/core";
import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { type BlockSplit, noBlocks, splitBlocks } from "./blocks";
import { Markdown } from "./Markdown";
import { StreamingMarkdown } from "./StreamingMarkdown";

afterEach(cleanup);

const show = (text: string, isStreaming = false) => (
  <MantineProvider env="test">
    <StreamingMarkdown text={text} isStreaming={isStreaming} />
  </MantineProvider>
);

/** The drawn text without what only lies between blocks. */
const htmlOf = (element: Element | null) => element?.innerHTML.replace(/>\s+</g, "><").trim() ?? "";

const parts = [
  "A paragraph\nof two lines\n", "\n", "# Title\n", "#tag is no title\n", "- one\n", "  - inner\n", "- two\n", "1. first\n", "2. second\n",
  "> quoted\n", "lazy line\n", "```js\nlet a = 1;\n\n// b\n```\n", "    indented code\n", "| a | b |\n| - | - |\n| 1 | 2 |\n",
  "***\n", "Title\n---\n", "**bold** and `code`\n", "<b>html</b>\n", "- [x] done\n", "~~~\ntilde\n~~~\n", "text without end",
];

describe("a streamed answer", () => {
  it("looks exactly like the whole text, wherever it was cut", () => {
    const text = fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 9 }).map((chosen) => chosen.join(""));
    fc.assert(
      fc.property(text, fc.array(fc.nat(200), { maxLength: 6 }), (whole, cuts) => {
        const { container, rerender, unmount } = render(show("", true));
        cuts.filter((cut) => cut < whole.length).toSorted((one, other) => one - other).forEach((cut) => rerender(show(whole.slice(0, cut), true)));
        rerender(show(whole));
        const streamed = htmlOf(container.querySelector("div"));
        unmount();
        const reference = render(<MantineProvider env="test"><div><Markdown text={whole} isFinished /></div></MantineProvider>);
        const expected = htmlOf(reference.container.querySelector("div"));
        reference.unmount();
        expect(streamed).toBe(expected);
      }),
      { numRuns: 40 },
    );
  }, 30_000);

  it("reads a finished block only once", () => {
    const first = splitBlocks(noBlocks, "One.\n\nTwo.\n\nThr");
    const second = splitBlocks(first, "One.\n\nTwo.\n\nThree.\n\nFour");
    expect(first.finished).toEqual(["One.\n\n"]);
    expect(second.finished.slice(0, 1)).toEqual(first.finished);
    expect(second.finished.join("") + second.tail).toBe("One.\n\nTwo.\n\nThree.\n\nFour");
  });

  it("loses no character, wherever it is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts)), fc.array(fc.nat(300)), (chosen, cuts) => {
        const whole = chosen.join("");
        let split: BlockSplit = noBlocks;
        for (const cut of [...cuts.toSorted((one, other) => one - other), whole.length]) split = splitBlocks(split, whole.slice(0, Math.max(cut, split.finishedLength)));
        expect(split.finished.join("") + split.tail).toBe(whole);
      }),
    );
  });

  it("completes what is still open", () => {
    const { container } = render(show("This is **bo", true));
    expect(container.querySelector("strong")).toHaveTextContent("bo");
  });
});

describe("what an answer may contain", () => {
  it("shows raw HTML as text", () => {
    const { container } = render(show('<script>alert(1)</script>\n\n<img src="x" onerror="alert(1)">'));
    expect(container.querySelector("script, img")).toBeNull();
    expect(container).toHaveTextContent("<script>alert(1)</script>");
  });

  it("loads an image only when asked to, in a frame of its own, and names its host before", async () => {
    const { container } = render(show("![chart](https://tracker.example/p.png)"));
    expect(container.querySelector("img, iframe")).toBeNull();
    await userEvent.click(screen.getByRole("button", { name: "Show image “chart” (tracker.example)" }));
    const address = encodeURIComponent("https://tracker.example/p.png");
    expect(screen.getByTitle("chart")).toHaveAttribute("src", `/remote-image.html#${address}`);
    expect(container.querySelector("img")).toBeNull();
    expect(screen.getByRole("link", { name: /chart.*tracker\.example/ })).toBeVisible();
  });

  it("shows an image by reference as it shows any other", () => {
    render(show("![chart][1]\n\n[1]: https://elsewhere.example/reference.png"));
    expect(screen.getByRole("button", { name: "Show image “chart” (elsewhere.example)" })).toBeVisible();
  });

  it("only links to an image that would come unprotected", () => {
    render(show("![chart](http://elsewhere.example/p.png)"));
    expect(screen.queryByRole("button")).toBeNull();
    expect(screen.getByRole("link", { name: /Open image “chart”.*elsewhere\.example/ })).toBeVisible();
  });

  it("puts no button into a link", () => {
    const { container } = render(show("[![chart](https://elsewhere.example/p.png)](https://example.org/)"));
    expect(screen.getByRole("link", { name: /chart.*example\.org/ })).toBeVisible();
    expect(screen.getByRole("button", { name: /Show image/ })).toBeVisible();
    expect(container.querySelector("a button")).toBeNull();
  });

  it("opens links apart from the page and says where they lead", () => {
    render(show("[here](https://example.org/a)"));
    const link = screen.getByRole("link", { name: /here.*example\.org/ });
    expect(link).toHaveAttribute("rel", expect.stringContaining("noopener noreferrer"));
    expect(link).toHaveAttribute("target", "_blank");
  });

  it.each([
    ["https://example.org", "https://example.org/"],
    ["example.org/a", "https://example.org/a"],
    ["a@example.org", "mailto:a@example.org"],
  ])("leaves out where %s leads, as it says so itself", (text, address) => {
    render(show(`[${text}](${address})`));
    expect(screen.getByRole("link")).toHaveTextContent(new RegExp(`^${text}, opens`));
  });

  it.each([
    ["bank.example", "https://k.example"],
    ["https://elsewhere.example.bank.example", "https://elsewhere.example"],
    ["https://bank.example@elsewhere.example", "https://bank.example@elsewhere.example"],
    ["https://elsewhere.example@bank.example", "https://elsewhere.example"],
    ["https://bаnk.example", "https://xn--bnk-7cd.example"],
  ])("does not take %s for a word on where it leads", (text, address) => {
    render(show(`[${text}](<${address}>)`));
    expect(screen.getByRole("link")).toHaveTextContent(`(${new URL(address).host})`);
  });

  it.each(["javascript:alert(1)", "/users", "data:text/html,x"])("makes no link of %s", (address) => {
    render(show(`[here](${address})`));
    expect(screen.queryByRole("link")).toBeNull();
    expect(screen.getByText("here")).toBeVisible();
  });

  it("resolves a link by reference once the answer is finished", () => {
    render(show("See [this][1].\n\nMore.\n\n[1]: https://example.org/ref"));
    expect(screen.getByRole("link", { name: /this/ })).toHaveAttribute("href", "https://example.org/ref");
  });

  it("colours finished code, and offers to copy it", async () => {
    const { container } = render(show("```python\ndef f(): pass\n```"));
    await screen.findByText("def");
    expect(container.querySelector(".hljs-keyword")).toHaveTextContent("def");
    expect(screen.getByRole("button", { name: "Copy code" })).toBeEnabled();
  });
});

describe("formulas", () => {
  it.each(["$x^2$", "\\(x^2\\)", "so $$x^2$$", "$$\nx^2\n$$", "\\[\nx^2\n\\]", "```math\nx^2\n```"])("are drawn from %s", async (text) => {
    const { container } = render(show(text));
    await waitFor(() => expect(container.querySelector(".katex annotation")).toHaveTextContent("x^2"));
  });

  it.each(["It costs $5 and $10 more.", "From $5-$10.", "`$x$` and `\\(y\\)`", "```\n\\[x\\]\n```"])("are not %s", (text) => {
    const { container } = render(show(text));
    expect(container.querySelector("[data-formula]")).toBeNull();
    expect(container).toHaveTextContent(text.replaceAll(/[`\n]/g, ""));
  });

  it("wait for their end", () => {
    const { container } = render(show("Then $x^2$ and", true));
    expect(container.querySelector("[data-formula=source]")).toHaveTextContent("x^2");
  });

  it.each(["\\frac{a}{", "\\def\\x{\\x\\x}\\x", "\\nosuchcommand"])("that cannot be drawn show as they were written: %s", async (source) => {
    render(show(`$${source}$`));
    expect(await screen.findByText("(not a formula that can be drawn)")).toBeVisible();
    expect(screen.getByText(source)).toBeVisible();
  });

  it.each(["\\href{javascript:alert(1)}{x}", "\\includegraphics{https://elsewhere.example/x.png}", "\\htmlClass{x}{y}"])("neither lead nor load: %s", async (source) => {
    const { container } = render(show(`$${source}$`));
    await waitFor(() => expect(container.querySelector("[data-formula]:not([data-formula=source])")).not.toBeNull());
    expect(container.querySelector("a, img, [href], [src], .x")).toBeNull();
  });
});

describe("a numbered list", () => {
  it.each([
    ["1. one\n2. two", ""],
    ["99. one\n1. two", "4ch"],
    ["9579. one", "5ch"],
  ])("has room for its largest number: %j", (text, padding) => {
    render(show(text));
    expect(screen.getByRole("list")).toHaveStyle({ paddingLeft: padding });
  });
});

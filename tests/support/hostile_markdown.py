"""Hostile Markdown: its pieces (hostile-markdown.txt), and what sees that they do nothing in a browser."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Page, Request
from support.browser import Visitor, is_known

FILE = Path(__file__).with_name("hostile-markdown.txt")
ACT = "window.hasActed=1;alert(1)"
ELSEWHERE = "https://elsewhere.example"
PIECES_PER_MESSAGE = 12
LONGEST_LINE = 200  # of titles and names

# What an answer is made of: nothing that loads, runs, submits or restyles, and links that open elsewhere by themselves.
OFFENCES_IN = """(elements) => {
  const forbidden = /^(script|img|iframe|frame|object|embed|form|style|link|meta|base|video|audio|source|math)$/;
  const acts = /^on|srcdoc|formaction|xlink/;
  // What formulas are read aloud from, and diagrams as images with all of them in their address.
  const isDrawn = (element) =>
    (element.localName === "math" && element.closest("[data-formula] .katex-mathml") !== null) ||
    (element.localName === "img" && element.matches("[data-diagram] > img[src^='data:image/svg+xml;']"));
  const leaves = ({ protocol, target, relList }) =>
    /^(https?|mailto):$/.test(protocol) && target === "_blank" && relList.contains("noopener");
  const isOffence = (element) =>
    (forbidden.test(element.localName) && !isDrawn(element)) ||
    element.getAttributeNames().some((name) => acts.test(name)) ||
    (element.hasAttribute("href") && !element.getAttribute("href").startsWith("#") && !leaves(element));
  return elements.filter(isOffence).map((element) => element.outerHTML.slice(0, 200));
}"""
FIND_OFFENCES = f"""() => {{
  const answers = [...document.querySelectorAll('article[aria-label="Assistant"]')];
  return ({OFFENCES_IN})(answers.flatMap((answer) => [...answer.querySelectorAll("*")]));
}}"""
# Looks at every element at the moment it is drawn: what is there only while an answer is written counts, too.
WATCH = f"""(() => {{
  window.offences = [];
  document.addEventListener("securitypolicyviolation", ({{ violatedDirective, blockedURI }}) =>
    window.offences.push(`policy: ${{violatedDirective}} ${{blockedURI}}`));
  const inside = (node) => {{
    const element = node instanceof Element ? node : node.parentElement;
    if (element === null || element.closest('article[aria-label="Assistant"]') === null) return [];
    return [element, ...element.querySelectorAll("*")].filter((one) => one.closest("article") !== one);
  }};
  new MutationObserver((changes) => {{
    const drawn = changes.flatMap(({{ type, target, addedNodes }}) =>
      type === "attributes" ? [target] : [...addedNodes].flatMap(inside));
    window.offences.push(...({OFFENCES_IN})(drawn.filter((one) => one.closest('article[aria-label="Assistant"]'))));
  }}).observe(document, {{ subtree: true, childList: true, attributes: true }});
}})()"""
# All that the page itself asks of its own server.
OWN_PATHS = re.compile(
    r"/(assets/[\w.-]+|color-scheme\.js|config\.js|icon\.svg"
    r"|c/[\w-]+|shared/[\w-]+|temporary|sign-in|admin/people|settings/shared-links)?"
)


@dataclass(frozen=True)
class Piece:
    section: str
    text: str

    @property
    def is_alone(self) -> bool:
        return "(alone)" in self.section

    @property
    def line(self) -> str:
        """The piece where only one line is possible: in a title, in a name."""
        return " ".join(self.text.split())[:LONGEST_LINE].strip()


def load_pieces() -> list[Piece]:
    pieces: list[Piece] = []
    section = ""
    for line in FILE.read_text(encoding="utf-8").splitlines()[1:]:
        if line.startswith("== "):
            section = line.removeprefix("== ")
        elif line:
            text = line.replace("⏎", "\n").replace("{act}", ACT).replace("{away}", ELSEWHERE)
            pieces.append(Piece(section, text))
    return pieces


def mark(number: int) -> str:
    """A paragraph that follows a piece, and shows that the piece has swallowed nothing."""
    return f"After piece {number}."


def answers_of(pieces: list[Piece]) -> Iterator[tuple[str, list[str]]]:
    """Answers that hold all pieces, each with the marks in it that must show as paragraphs of their own."""
    numbered = [
        (f"{piece.text}\n\n{mark(number)}", piece.is_alone, mark(number)) for number, piece in enumerate(pieces)
    ]
    for text, is_alone, _ in numbered:
        if is_alone:
            yield text, []
    together = [(text, paragraph) for text, is_alone, paragraph in numbered if not is_alone]
    for start in range(0, len(together), PIECES_PER_MESSAGE):
        part = together[start : start + PIECES_PER_MESSAGE]
        yield "\n\n".join(text for text, _ in part), [paragraph for _, paragraph in part]


def packed(pieces: list[Piece], longest: int = LONGEST_LINE) -> list[str]:
    """All pieces, each in one line, in as few lines of this length as they fit in."""
    lines = [""]
    for piece in pieces:
        line = piece.line[:longest].strip()
        longer = f"{lines[-1]} {line}".strip()
        lines = [*lines[:-1], longer] if len(longer) <= longest else [*lines, line]
    return lines


async def paragraphs(page: Page) -> set[str]:
    """The texts of all paragraphs that stand in an answer by themselves."""
    script = "() => [...document.querySelectorAll('article [class*=prose] > p')].map((one) => one.textContent)"
    return set(await page.evaluate(script))


@dataclass
class Watch:
    """What a browser did that nobody asked for; empty lists are the proof. Begin it before the first page opens."""

    visitor: Visitor
    requests: list[str] = field(default_factory=list)

    async def begin(self) -> None:
        self.visitor.context.on("request", self._note)
        await self.visitor.context.add_init_script(WATCH)

    def _note(self, request: Request) -> None:
        url = request.url
        own = url.removeprefix(self.visitor.site.address)
        is_own_path = own == url or OWN_PATHS.fullmatch(own.split("?")[0].split("#")[0]) is not None
        if not is_known(url, self.visitor.site) or not is_own_path:
            self.requests.append(url)

    async def found(self) -> list[str]:
        """Everything, in the words of whoever saw it."""
        page = self.visitor.page
        acted = ["a script ran"] if await page.evaluate("window.hasActed") else []
        dialogs = [f"dialog: {message}" for message in self.visitor.dialogs]
        requests = [f"request: {url}" for url in self.requests]
        return [*acted, *dialogs, *requests, *self.visitor.complaints, *await self._drawn(page)]

    async def _drawn(self, page: Page) -> list[str]:
        seen: list[str] = await page.evaluate("window.offences")
        there: list[str] = await page.evaluate(FIND_OFFENCES)
        return seen + there

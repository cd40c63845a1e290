"""What a model or a person writes never acts: it shows as text or harmless elements, and asks nothing of the world."""

import re

import pytest
from playwright.async_api import Page, expect
from support.browser import Visitor
from support.client import Person
from support.page_fixtures import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACT = "window.hasActed=1;alert(1)"
ELSEWHERE = "https://elsewhere.example"
HOSTILE = [
    f"<script>{ACT}</script>",
    f"<img src=x onerror='{ACT}'>",
    f'<img src="{ELSEWHERE}/pixel.png">',
    f"<svg onload='{ACT}'><script>{ACT}</script></svg>",
    f"<iframe src='javascript:{ACT}'></iframe>",
    f"<iframe srcdoc='<script>parent.{ACT}</script>'></iframe>",
    f"<object data='{ELSEWHERE}/plugin'></object><embed src='{ELSEWHERE}/plugin'>",
    f"<form action='{ELSEWHERE}'><button autofocus onfocus='{ACT}'>Press</button></form>",
    f"<details open ontoggle='{ACT}'><summary>More</summary></details>",
    f"<video autoplay><source onerror='{ACT}'></video>",
    f"<style>@import '{ELSEWHERE}/style.css'; body {{ display: none }}</style>",
    f"<link rel=stylesheet href='{ELSEWHERE}/style.css'>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<base href='{ELSEWHERE}/'>",
    f"<a href='javascript:{ACT}'>press</a>",
    f"<body onload='{ACT}'>",
    f"<math><mtext><style><img src=x onerror='{ACT}'></style></mtext></math>",
    f"<!-- --!><img src=x onerror='{ACT}'> -->",
    f"[press me](javascript:{ACT})",
    f"[press me](JaVaScRiPt:{ACT})",
    f"[press me](&#106;avascript:{ACT})",
    f"[press me](java%0ascript:{ACT})",
    f"[press me](<java\tscript:{ACT}>)",
    f"[press me](vbscript:{ACT})",
    f"[press me](data:text/html,<script>{ACT}</script>)",
    "[press me](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    f"[press me](//elsewhere.example/path) and [me](blob:{ELSEWHERE}/x) and [me](file:///etc/passwd)",
    f"![a picture]({ELSEWHERE}/picture.png)",
    f"![a picture](javascript:{ACT})",
    f"![a picture](data:image/svg+xml,<svg/onload={ACT}>)",
    f"![{ELSEWHERE}][picture]\n\n[picture]: {ELSEWHERE}/by-reference.png",
    f"[by reference][trick]\n\n[trick]: javascript:{ACT}",
    f"<javascript:{ACT}>",
    f"[titled]({ELSEWHERE} \"' onmouseover='{ACT}\")",
    f"[![nested]({ELSEWHERE}/inner.png)](javascript:{ACT})",
    f"`<img src=x onerror='{ACT}'>`",
    f"```html\n<script>{ACT}</script>\n```",
    f"```\"><img src=x onerror='{ACT}'>\nan odd language\n```",
    f"| <img src=x onerror='{ACT}'> | b |\n|---|---|\n| [x](javascript:{ACT}) | ![y]({ELSEWHERE}/cell.png) |",
    f"Text with a note[^1].\n\n[^1]: <img src=x onerror='{ACT}'> [x](javascript:{ACT})",
    "constructor __proto__ [x](__proto__) ![x](constructor) <__proto__>",
]
ANSWER = "\n\n".join(HOSTILE)
# What an answer is made of: nothing that loads, runs, submits or restyles, and links that open elsewhere by themselves.
FIND_OFFENCES = """() => {
  const answers = [...document.querySelectorAll('article[aria-label="Assistant"]')];
  const elements = answers.flatMap((answer) => [...answer.querySelectorAll("*")]);
  const forbidden = /^(script|img|iframe|frame|object|embed|form|style|link|meta|base|video|audio|source|math)$/;
  const acts = /^on|srcdoc|formaction|xlink/;
  const leaves = ({ protocol, target, relList }) =>
    /^(https?|mailto):$/.test(protocol) && target === "_blank" && relList.contains("noopener");
  const isOffence = (element) =>
    forbidden.test(element.localName) ||
    element.getAttributeNames().some((name) => acts.test(name)) ||
    (element.hasAttribute("href") && !element.getAttribute("href").startsWith("#") && !leaves(element));
  return elements.filter(isOffence).map((element) => element.outerHTML.slice(0, 200));
}"""


async def assert_harmless(page: Page) -> None:
    assert await page.evaluate(FIND_OFFENCES) == []
    assert await page.evaluate("window.hasActed") is None


class TestHostileAnswer:
    async def test_does_nothing_while_it_is_written_nor_afterwards(self, visitor: Visitor, reader: Person) -> None:
        conversation = await reader.new_conversation()
        await visitor.go(f"/c/{conversation}")
        await visitor.say(f"[[say]][[rate=60]]{ANSWER}")
        await expect(visitor.answer).to_contain_text("elsewhere.example/pixel.png")
        await assert_harmless(visitor.page)
        await visitor.until_answer("complete")
        await assert_harmless(visitor.page)
        # Shown as written, instead of silently dropped.
        for text in (f"<script>{ACT}</script>", "<base href=", "<meta http-equiv=refresh", "onerror="):
            await expect(visitor.answer.filter(has_text=text)).to_be_visible()
        await visitor.page.reload()
        await visitor.until_answer("complete")
        await assert_harmless(visitor.page)

    async def test_does_nothing_when_it_is_pressed(self, visitor: Visitor, reader: Person) -> None:
        conversation = await reader.new_conversation()
        links = "\n\n".join(piece for piece in HOSTILE if piece.startswith("[press me]"))
        await reader.ask(conversation, f"[[say]]{links}")
        await visitor.go(f"/c/{conversation}")
        await visitor.until_answer("complete")
        pieces = visitor.answer.get_by_text("press me")
        await expect(pieces).to_have_count(links.count("[press me]"))
        for piece in await pieces.all():
            await piece.click()
        await assert_harmless(visitor.page)
        await expect(visitor.page).to_have_url(re.compile(conversation))
        assert len(visitor.context.pages) == 1

    async def test_each_by_itself_leaves_what_follows_alone(self, visitor: Visitor, reader: Person) -> None:
        conversation = await reader.new_conversation()
        for number, piece in enumerate(HOSTILE):
            await reader.ask(conversation, f"[[say]]{piece}\n\nAfter number {number}.")
        await visitor.go(f"/c/{conversation}")
        await visitor.until_answer("complete")
        await visitor.button("Show earlier messages").click()  # a page of the history holds 50 messages
        await expect(visitor.answers).to_have_count(len(HOSTILE))
        for number in range(len(HOSTILE)):
            await expect(visitor.answers.nth(number)).to_contain_text(f"After number {number}.")
        await assert_harmless(visitor.page)


class TestFindOffences:
    @pytest.mark.parametrize(
        "offence",
        [
            "<img src=x>",
            "<a href='javascript:void(0)'>x</a>",
            "<p onclick='x'>x</p>",
            "<a href='https://x.example'>x</a>",
        ],
    )
    async def test_finds_what_the_tests_above_must_not(self, visit: Visit, offence: str) -> None:
        async with visit(expects_trouble=True) as visitor:
            await visitor.go("/sign-in")
            html = f'<article aria-label="Assistant"><p>harmless <a href="#x">link</a></p>{offence}</article>'
            await visitor.page.evaluate("(html) => { document.body.innerHTML = html; }", html)
            assert len(await visitor.page.evaluate(FIND_OFFENCES)) == 1


class TestHostileNames:
    async def test_of_people_and_conversations_are_only_text(self, visitor: Visitor, reader: Person) -> None:
        name = f"<img src=x onerror={ACT}>"
        await reader.auth("PATCH", "/users/me", json={"full_name": name})
        conversation = await reader.new_conversation(title=name)
        await visitor.go()
        await expect(visitor.heading(f"Hello, {name}")).to_be_visible()
        await visitor.go(f"/c/{conversation}")
        await visitor.say(name)
        await visitor.until_answer("complete")
        await expect(visitor.heading(name)).to_be_visible()
        await expect(visitor.questions).to_have_text(name)
        assert await visitor.page.evaluate("window.hasActed") is None


class TestContentSecurityPolicy:
    @pytest.mark.parametrize("path", ["/", "/sign-in", "/c/any", "/config.js", "/no/such/page"])
    async def test_comes_with_every_answer(self, visit: Visit, path: str) -> None:
        async with visit() as visitor:
            headers = (await visitor.page.request.get(visitor.site.address + path)).headers
            directives = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
            assert directives["script-src"] == "'self'"
            assert directives["default-src"] == "'self'"
            assert directives["object-src"] == directives["frame-ancestors"] == "'none'"
            connections = set(directives["connect-src"].split())
            assert connections - {"'self'", visitor.site.address} == visitor.site.origins - {visitor.site.address}
            assert headers["x-content-type-options"] == "nosniff"

    async def test_keeps_what_slipped_in_from_running(self, visit: Visit, reader: Person) -> None:
        async with visit(reader, expects_trouble=True) as visitor:
            await visitor.go()
            await visitor.page.evaluate(
                """(act) => {
                  const script = document.createElement("script");
                  script.textContent = act;
                  document.body.append(script);
                  document.body.insertAdjacentHTML("beforeend", `<button id="slipped" onclick="${act}">Press</button>`);
                  document.getElementById("slipped").click();
                }""",
                ACT,
            )
            assert await visitor.page.evaluate("window.hasActed") is None
            assert len([line for line in visitor.complaints if "Content Security Policy" in line]) >= 2

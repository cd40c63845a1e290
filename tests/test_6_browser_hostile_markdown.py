"""Hundreds of hostile pieces in messages, titles and names: no script runs, no request leaves the product."""

import json
import re
from typing import Any

import pytest
from playwright.async_api import Route, expect
from support.browser import Visitor
from support.client import People, Person, ok
from support.hostile_markdown import (
    ACT,
    ELSEWHERE,
    FIND_OFFENCES,
    Watch,
    answers_of,
    load_pieces,
    packed,
    paragraphs,
)
from support.page_fixtures import Visit
from support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

PIECES = load_pieces()
LEAST_PIECES = 200
EVERY = 25  # names of oneself; those of others are all of them
LIVE_LINKS = ("[press me](https:", "[press me](http:")
PICTURE = f"{ELSEWHERE}/picture.svg"
PICTURE_TEXT = (
    "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'><rect width='40' height='20' fill='red'/></svg>"
)


class TestPieces:
    async def test_are_many_and_all_different(self) -> None:
        assert len({piece.text for piece in PIECES}) == len(PIECES) >= LEAST_PIECES


class TestMessages:
    async def test_do_nothing_while_they_are_written_nor_when_they_are_read_again(
        self, visit: Visit, reader: Person
    ) -> None:
        conversation = await reader.new_conversation(title="Hostile messages")
        answers = list(answers_of(PIECES))
        marks = {paragraph for _, paragraphs in answers for paragraph in paragraphs}
        async with visit(reader) as visitor:
            watch = Watch(visitor)
            await watch.begin()
            await visitor.go(f"/c/{conversation}")
            await visitor.until_connected()
            for number, (text, _) in enumerate(answers):
                await reader.ask(conversation, f"[[say]][[rate=600]]{text}")
                await expect(visitor.answers).to_have_count(number + 1)
                await visitor.until_answer("complete")
            assert marks - await paragraphs(visitor.page) == set()
            await expect(visitor.questions.last.locator("[class*=bubble]")).to_have_text(f"[[say]][[rate=600]]{text}")
            assert await watch.found() == []
            await visitor.page.reload()
            await visitor.until_answer("complete")
            await show_all(visitor, len(answers))
            assert marks - await paragraphs(visitor.page) == set()
            assert await watch.found() == []


async def show_all(visitor: Visitor, count: int) -> None:
    """Scroll up through the history to its beginning."""
    scroller = visitor.page.get_by_role("region", name="Messages")

    async def is_there() -> bool:
        await scroller.evaluate("(element) => element.scrollBy(0, -2000)")
        return await visitor.answers.count() == count

    await eventually(is_there)


class TestLinks:
    async def test_that_lead_nowhere_do_nothing_when_they_are_pressed(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation(title="Hostile links")
        links = [
            piece.text for piece in PIECES if piece.section == "links with a scheme" and "[press me]" in piece.text
        ]
        dead = [link for link in links if not link.startswith(LIVE_LINKS)]
        text = "\n\n".join(dead)
        await reader.ask(conversation, f"[[say]]{text}")
        async with visit(reader) as visitor:
            watch = Watch(visitor)
            await watch.begin()
            await visitor.go(f"/c/{conversation}")
            await visitor.until_answer("complete")
            pieces = visitor.answer.get_by_text("press me")
            await expect(pieces).to_have_count(len(dead))
            await expect(visitor.answer.get_by_role("link")).to_have_count(0)
            for piece in await pieces.all():
                await piece.click()
            await expect(visitor.page).to_have_url(re.compile(conversation))
            assert len(visitor.context.pages) == 1
            assert await watch.found() == []


class TestTitles:
    async def test_of_conversations_are_only_text(self, visit: Visit, reader: Person) -> None:
        titles = list(dict.fromkeys(piece.line for piece in PIECES))
        for title in titles:
            conversation = await reader.new_conversation(title=title)
        async with visit(reader) as visitor:
            watch = Watch(visitor)
            await watch.begin()
            await visitor.go(f"/c/{conversation}")
            await expect(visitor.heading(titles[-1])).to_be_visible()
            await expect(visitor.page).to_have_title(f"{titles[-1]} · ConvoAI")
            while (shown := await visitor.tiles.count()) < len(titles):
                await visitor.button("Show more").click()
                await expect(visitor.tiles.nth(shown)).to_be_visible()
            texts = await visitor.tiles.locator("a").all_text_contents()
            assert [title for title in titles if not any(title in text for text in texts)] == []
            assert await watch.found() == []


class TestNames:
    async def test_of_oneself_are_only_text(self, visit: Visit, reader: Person) -> None:
        for name in packed(PIECES)[::EVERY]:
            await reader.auth("PATCH", "/users/me", json={"full_name": name})
            async with visit(reader) as visitor:
                watch = Watch(visitor)
                await watch.begin()
                await visitor.go()
                await expect(visitor.heading(f"Hello, {name}")).to_be_visible()
                await visitor.button("Account").click()
                await expect(visitor.page.get_by_text(name, exact=True)).to_be_visible()
                assert await watch.found() == []

    async def test_of_others_are_only_text(self, visit: Visit, visitors: People) -> None:
        admin = await visitors.admin()
        (known, *_) = ok(await admin.auth("GET", "/users/"))
        people = [
            {**known, "id": f"id-{n}", "username": f"user-{n}", "full_name": p.line} for n, p in enumerate(PIECES)
        ]

        async def answer(route: Route) -> None:
            await route.fulfill(json=people, headers={"Access-Control-Allow-Origin": "*"})

        async with visit(admin) as visitor:
            watch = Watch(visitor)
            await watch.begin()
            await visitor.context.route("**/users/?*", answer)
            await visitor.go("/admin/people")
            await expect(visitor.page.get_by_text("@user-0").first).to_be_visible()
            text = await visitor.page.evaluate("document.body.textContent")
            assert [piece.line for piece in PIECES if piece.line not in text] == []
            assert await watch.found() == []


class TestRemoteImage:
    async def test_loads_when_it_is_asked_for_and_not_before(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation(title="A picture")
        await reader.ask(conversation, f"[[say]]![red][1] and ![blue]({ELSEWHERE}/other.svg)\n\n[1]: {PICTURE}")
        asked: list[dict[str, Any]] = []

        async def answer(route: Route) -> None:
            asked.append({"url": route.request.url, "headers": await route.request.all_headers()})
            await route.fulfill(body=PICTURE_TEXT, content_type="image/svg+xml")

        async with visit(reader) as visitor:
            await visitor.context.route(f"{ELSEWHERE}/**", answer)
            visitor.requested = AllBut(PICTURE)
            await visitor.go(f"/c/{conversation}")
            await visitor.until_answer("complete")
            assert asked == []
            await visitor.button("Show image “red” (elsewhere.example)").click()
            image = visitor.page.frame_locator('iframe[title="red"]').locator("img")
            await expect(image).to_have_js_property("naturalWidth", 40)
            assert await visitor.page.locator('iframe[title="red"]').bounding_box() is not None
            await expect(visitor.page.locator('iframe[title="red"]')).to_have_css("width", "40px")
        assert [one["url"] for one in asked] == [PICTURE]
        assert {"referer", "cookie"} & set(asked[0]["headers"]) == set()

    async def test_that_does_not_come_is_told_of(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation(title="No picture")
        await reader.ask(conversation, f"[[say]]![red]({PICTURE})")
        async with visit(reader, expects_trouble=True) as visitor:
            await visitor.context.route(f"{ELSEWHERE}/**", lambda route: route.abort())
            visitor.requested = AllBut(PICTURE)
            await visitor.go(f"/c/{conversation}")
            await visitor.button("Show image “red” (elsewhere.example)").click()
            await expect(visitor.alert).to_have_text("The image could not be loaded.")
            await expect(visitor.page.get_by_role("link", name="red")).to_have_attribute("href", PICTURE)


class AllBut(list[str]):
    """Takes note of all addresses but the one that may be asked for."""

    def __init__(self, allowed: str) -> None:
        super().__init__()
        self._allowed = allowed

    def append(self, url: str) -> None:
        if url != self._allowed:
            super().append(url)


class TestOffences:
    @pytest.mark.parametrize(
        "offence",
        [
            "<img src=x>",
            "<a href='javascript:void(0)'>x</a>",
            "<p onclick='x'>x</p>",
            "<a href='https://x.example'>x</a>",
        ],
    )
    async def test_are_found(self, visit: Visit, offence: str) -> None:
        async with visit(expects_trouble=True) as visitor:
            await visitor.go("/sign-in")
            html = f'<article aria-label="Assistant"><p>harmless <a href="#x">link</a></p>{offence}</article>'
            await visitor.page.evaluate("(html) => { document.body.innerHTML = html; }", html)
            assert len(await visitor.page.evaluate(FIND_OFFENCES)) == 1


class TestWatch:
    """The watch sees what it is there for: without the page's care, and without the policy of its server."""

    SLIPPED = f"""() => {{
      const answer = document.createElement("article");
      answer.setAttribute("aria-label", "Assistant");
      document.body.append(answer);
      answer.innerHTML = {json.dumps(f"<p><img src='{ELSEWHERE}/slipped.png' onerror='{ACT}'></p>")};
    }}"""

    async def test_sees_a_script_and_a_request(self, visit: Visit) -> None:
        async with visit(expects_trouble=True, bypass_csp=True) as visitor:
            watch = Watch(visitor)
            await watch.begin()
            await visitor.context.route(f"{ELSEWHERE}/**", lambda route: route.abort())
            await visitor.go("/sign-in")
            assert await watch.found() == []
            await visitor.page.evaluate(self.SLIPPED)
            await visitor.page.wait_for_function("window.hasActed")
            found = " ".join(await watch.found())
            assert "a script ran" in found
            assert "dialog: 1" in found
            assert f"request: {ELSEWHERE}/slipped.png" in found
            assert "<img src=" in found
            visitor.dialogs.clear()
            visitor.requested.clear()

    async def test_sees_what_the_policy_refuses(self, visit: Visit) -> None:
        async with visit(expects_trouble=True) as visitor:
            watch = Watch(visitor)
            await watch.begin()
            await visitor.go("/sign-in")
            await visitor.page.evaluate(self.SLIPPED)
            await visitor.page.wait_for_function("window.offences.some((one) => one.startsWith('policy: img-src'))")
            found = " ".join(await watch.found())
            assert "a script ran" not in found
            assert "Content Security Policy" in found
            visitor.requested.clear()

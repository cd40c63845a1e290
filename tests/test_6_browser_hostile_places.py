"""The same hostile pieces where strangers read them, and where nothing is stored: shared pages and temporary chats."""

from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect
from support.browser import Visitor
from support.client import Person, ok
from support.hostile_markdown import ELSEWHERE, Watch, answers_of, load_pieces, packed, paragraphs
from support.page_fixtures import Visit
from support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

PIECES = load_pieces()
ANSWERS = list(answers_of(PIECES))
MARKS = {paragraph for _, marks in ANSWERS for paragraph in marks}
LONGEST_NAME = 100
# What the catalogs of texts would fill in or look up, were a title or a name read as one of theirs.
PLACEHOLDERS = "{{time}} {{name}} $t(Delete) {{count, number}}"
TITLES = [*packed(PIECES), PLACEHOLDERS]
NAMES = [*packed(PIECES, LONGEST_NAME), PLACEHOLDERS]


async def share(person: Person, conversation: str, name: str | None = None) -> str:
    shared = ok(await person.chat("PUT", f"/conversations/{conversation}/share", json={"author_name": name}))
    return f"/shared/{shared['token']}"


async def until_drawn(page: Page) -> None:
    """Formulas and diagrams are drawn, or are known not to be any: what they are made of came later than the rest."""
    await expect(page.locator("[data-formula=source]")).to_have_count(0)
    await expect(page.locator("[data-diagram]").first).to_be_attached()

    async def is_decided() -> bool:
        drawn = await page.locator("[data-diagram]").count()
        refused = await page.get_by_text("This is not a diagram that can be drawn here").count()
        return drawn + refused == await page.locator("figure[aria-label='Code, mermaid']").count()

    await eventually(is_decided)


async def assert_only_text(place: Locator, text: str) -> None:
    await expect(place).to_contain_text(text)
    assert await place.evaluate("(element) => element.childElementCount") == 0


class TestSharedMessages:
    @pytest_asyncio.fixture(loop_scope="session")
    async def path(self, reader: Person) -> str:
        """Where all pieces are to be read, as answers and as the questions before them."""
        conversation = await reader.new_conversation(title="Hostile messages")
        for text, _ in ANSWERS:
            await reader.ask(conversation, f"[[say]]{text}")
        return await share(reader, conversation)

    async def test_do_nothing_at_a_strangers(self, visit: Visit, path: str) -> None:
        async with visit() as stranger:
            watch = Watch(stranger)
            await watch.begin()
            await stranger.go(path)
            await expect(stranger.answers).to_have_count(len(ANSWERS))
            await until_drawn(stranger.page)
            assert MARKS - await paragraphs(stranger.page) == set()
            assert await watch.found() == []
            questions = stranger.page.get_by_role("article", name="Question").locator("> div")
            assert await questions.all_text_contents() == [f"[[say]]{text}" for text, _ in ANSWERS]
            assert await questions.locator("*").count() == 0

    async def test_that_slipped_through_would_be_seen(self, visit: Visit, path: str) -> None:
        async with visit(expects_trouble=True) as stranger:
            watch = Watch(stranger)
            await watch.begin()
            await stranger.context.route(f"{ELSEWHERE}/**", lambda route: route.abort())
            await stranger.go(path)
            await expect(stranger.answers).to_have_count(len(ANSWERS))
            await until_drawn(stranger.page)
            assert await watch.found() == []
            image = f"<img src='{ELSEWHERE}/slipped.png'>"
            await stranger.answer.locator("[class*=prose]").evaluate("(one, html) => { one.innerHTML += html; }", image)
            found = await watch.found()
            assert any(f'src="{ELSEWHERE}/slipped.png"' in offence for offence in found), found
            stranger.requested.clear()


@dataclass(frozen=True)
class Shared:
    title: str
    name: str
    path: str


class TestSharedTitlesAndNames:
    @pytest_asyncio.fixture(loop_scope="session")
    async def shares(self, reader: Person) -> list[Shared]:
        """Conversations with every title. Names are shorter, so that one in two of them is there, too."""
        found = []
        for number, title in enumerate(TITLES):
            name = NAMES[number * len(NAMES) // len(TITLES)]
            conversation = await reader.new_conversation(title=title)
            await reader.ask(conversation, "[[say]]Harmless.")
            found.append(Shared(title, name, await share(reader, conversation, name)))
        return found

    async def test_are_only_text(self, visit: Visit, reader: Person, shares: list[Shared]) -> None:
        async with visit() as stranger:
            watch = Watch(stranger)
            await watch.begin()
            for shared in shares:
                await stranger.go(shared.path)
                await assert_only_text(stranger.page.get_by_role("heading", level=1), shared.title)
                await assert_only_text(stranger.page.locator("header p"), f"Shared by {shared.name} on ")
                await expect(stranger.page).to_have_title(f"{shared.title} · ConvoAI")
                assert await watch.found() == []
        async with visit(reader) as visitor:
            watch = Watch(visitor)
            await watch.begin()
            await visitor.go("/settings/shared-links")
            links = visitor.page.get_by_role("list", name="Shared links").get_by_role("listitem")
            await show_all(visitor, links, len(shares))
            for shared, link in zip(reversed(shares), await links.all(), strict=True):
                await assert_only_text(link.get_by_role("link").first, shared.title)
                await assert_only_text(link.locator("> span"), f", by {shared.name}")
            assert await watch.found() == []


async def show_all(visitor: Visitor, links: Locator, count: int) -> None:
    await expect(links.first).to_be_visible()
    while (there := await links.count()) < count:
        await visitor.button("Show more").click()
        await expect(links).not_to_have_count(there)


class TestTemporaryChats:
    async def test_do_nothing_while_they_are_written_nor_afterwards(self, visit: Visit, reader: Person) -> None:
        async with visit(reader) as visitor:
            watch = Watch(visitor)
            await watch.begin()
            await visitor.go("/temporary")
            await expect(visitor.composer).to_be_visible()
            for number, (text, marks) in enumerate(ANSWERS):
                await visitor.say(f"[[say]][[rate=600]]{text}")
                await expect(visitor.answers).to_have_count(number + 1)
                await visitor.until_answer("complete")
                await expect_paragraphs(visitor, marks)
                await assert_only_text(visitor.questions.last.locator("[class*=bubble]"), f"[[say]][[rate=600]]{text}")
            await until_drawn(visitor.page)
            assert MARKS - await paragraphs(visitor.page) == set()
            assert await watch.found() == []
            assert await reader.conversations() == []
            visitor.may_leave = True


async def expect_paragraphs(visitor: Visitor, marks: list[str]) -> None:
    """The last answer shows each of the marks as a paragraph of its own: its renderer has loaded by then."""

    async def is_shown() -> bool:
        return set(marks) <= await paragraphs(visitor.page)

    await eventually(is_shown)

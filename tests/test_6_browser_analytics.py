"""The analytics panel in the browser: its figures move, its failures are said, and only those who may see it do."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect
from support.browser import Visitor
from support.client import People, Person
from support.page_fixtures import Visit
from support.site import Site
from support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

REFRESH_MS = 30_000
DIGITS = re.compile(r"^[\d,]+$")
COLOURS = {
    "Total users": "rgb(74, 144, 226)",
    "Active today": "rgb(245, 166, 35)",
    "Conversations": "rgb(126, 211, 33)",
    "Messages": "rgb(189, 16, 224)",
    "Tokens used": "rgb(255, 107, 107)",
    "Average response": "rgb(78, 205, 196)",
}


@pytest_asyncio.fixture(loop_scope="session")
async def watcher(visit: Visit, visitors: People, site: Site) -> AsyncIterator[Visitor]:
    """The admin, with the panel open and a clock that can be moved."""
    async with AsyncExitStack() as visits:
        watcher = await visits.enter_async_context(visit(await visitors.admin(), expects_trouble=True))
        await watcher.page.clock.install()
        await watcher.go()
        await watcher.button("Analytics").click()
        yield watcher
        await site.analytics.restore()


def panel_of(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("complementary", name="Analytics")


def card(visitor: Visitor, label: str) -> Locator:
    return panel_of(visitor).locator("dl > div").filter(has=visitor.page.get_by_text(label, exact=True))


async def figures_of(visitor: Visitor) -> dict[str, int]:
    """The numbers on the cards, by their labels."""
    figures = {}
    for label in COLOURS:
        text = await card(visitor, label).get_by_role("definition").inner_text()
        figures[label] = int(text.removesuffix(" ms").replace(",", ""))
    return figures


async def until_all_is_counted(site: Site) -> None:
    async def all_counted() -> bool:
        return site.stack.waiting_events() == 0

    await eventually(all_counted)


class TestAnalyticsPanel:
    async def test_shows_six_figures_as_the_service_has_them(
        self, watcher: Visitor, visitors: People, reader: Person, site: Site
    ) -> None:
        await reader.ask(await reader.new_conversation(), "[[tokens=1500]]")
        await until_all_is_counted(site)
        await watcher.page.clock.fast_forward(REFRESH_MS)
        summary = await (await visitors.admin()).summary()
        expected = {
            "Total users": f"{summary['total_users']:,}",
            "Active today": f"{summary['active_users_today']:,}",
            "Conversations": f"{summary['total_conversations']:,}",
            "Messages": f"{summary['total_messages']:,}",
            "Tokens used": f"{summary['total_tokens_used']:,}",
        }
        assert "," in expected["Tokens used"]
        for label, figure in expected.items():
            await expect(card(watcher, label).get_by_role("definition")).to_have_text(figure)
        assert (await figures_of(watcher))["Average response"] > 0
        await expect(panel_of(watcher).get_by_role("definition")).to_have_count(len(COLOURS))
        for label, colour in COLOURS.items():
            icon = card(watcher, label).locator("svg").locator("xpath=..")
            assert colour in await icon.evaluate("(icon) => Object.values(getComputedStyle(icon)).join(' ')"), label

    async def test_grows_by_itself_with_each_message(self, watcher: Visitor, reader: Person, site: Site) -> None:
        await until_all_is_counted(site)
        await watcher.page.clock.fast_forward(REFRESH_MS)
        await expect(card(watcher, "Messages").get_by_role("definition")).to_have_text(DIGITS)
        before = await figures_of(watcher)
        await reader.ask(await reader.new_conversation(), "[[tokens=20]]")
        await until_all_is_counted(site)
        await watcher.page.clock.fast_forward(REFRESH_MS)
        await expect(card(watcher, "Messages").get_by_role("definition")).to_have_text(f"{before['Messages'] + 2:,}")
        after = await figures_of(watcher)
        assert after["Conversations"] == before["Conversations"] + 1
        assert after["Tokens used"] > before["Tokens used"]

    async def test_says_what_is_wrong_keeps_its_figures_and_tries_again(self, watcher: Visitor, site: Site) -> None:
        messages = card(watcher, "Messages").get_by_role("definition")
        await expect(messages).to_have_text(DIGITS)
        known = await messages.inner_text()
        site.analytics.sever()
        await watcher.page.clock.fast_forward(REFRESH_MS)
        notice = panel_of(watcher).get_by_role("alert")
        await expect(notice).to_contain_text("The analytics service cannot be reached.")
        await expect(messages).to_have_text(known)
        await site.analytics.restore()
        await notice.get_by_role("button", name="Try again").click()
        await expect(notice).to_be_hidden()
        await expect(messages).to_have_text(DIGITS)

    async def test_opens_with_the_reason_while_the_service_is_away(
        self, visit: Visit, visitors: People, site: Site
    ) -> None:
        async with visit(await visitors.admin(), expects_trouble=True) as visitor:
            site.analytics.sever()
            await visitor.go()
            await visitor.button("Analytics").click()
            await expect(panel_of(visitor).get_by_role("alert")).to_contain_text("cannot be reached")
            await expect(card(visitor, "Messages").get_by_role("definition")).to_have_text("–")
            await site.analytics.restore()
            await visitor.button("Try again").click()
            await expect(card(visitor, "Messages").get_by_role("definition")).to_have_text(DIGITS)

    async def test_stands_beside_the_conversation_and_closes(self, watcher: Visitor) -> None:
        await expect(watcher.composer).to_be_visible()
        await expect(watcher.button("Close analytics")).to_be_focused()
        await watcher.page.keyboard.press("Escape")
        await expect(panel_of(watcher)).to_be_hidden()
        await expect(watcher.button("Analytics")).to_be_focused()

    async def test_is_offered_to_managers_too(self, visit: Visit, visitors: People) -> None:
        async with visit(await visitors.register(roles=["manager"])) as visitor:
            await visitor.go()
            await visitor.button("Analytics").click()
            await expect(card(visitor, "Messages").get_by_role("definition")).to_have_text(DIGITS)

    async def test_is_not_offered_to_others(self, visitor: Visitor, reader: Person, site: Site) -> None:
        await visitor.go()
        await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()  # the roles are known by now
        await expect(visitor.button("Analytics")).to_have_count(0)
        assert not [url for url in visitor.requested if url.startswith(site.analytics.address)]
        assert (await reader.analytics("GET", "/analytics/summary")).status_code == 403

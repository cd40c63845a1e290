"""What tests do on the pages of figures."""

from pathlib import Path

from playwright.async_api import Locator, expect
from support.browser import Visitor
from support.client import Person
from support.site import Site
from support.waiting import eventually

VIEWPORTS = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
SECTIONS = {
    "overview": "Overview",
    "use": "Use",
    "cost": "Costs",
    "speed": "Speed and errors",
    "people": "People",
    "conversations": "Conversations",
    "models": "Models",
    "delivery": "Delivery and parked events",
}


async def converse(person: Person, site: Site, exchanges: int = 3) -> str:
    """A conversation whose events are counted; its id."""
    conversation = await person.new_conversation()
    for _ in range(exchanges):
        await person.ask(conversation, "[[say]]Yes")

    async def all_counted() -> bool:
        return site.stack.waiting_events() == 0

    await eventually(all_counted)
    return conversation


async def show(visitor: Visitor, section: str, query: str = "") -> None:
    await visitor.go(f"/analytics/{section}{query}")
    await expect(visitor.page.get_by_role("heading", name=SECTIONS[section], level=2)).to_be_visible()


async def until_loaded(visitor: Visitor) -> None:
    """Nothing is on its way, and what is on screen is of what was asked for."""
    await expect(visitor.page.get_by_role("status", name="Loading")).to_have_count(0)
    await expect(visitor.page.locator("main [aria-busy]")).to_have_count(0)


def card(visitor: Visitor, label: str) -> Locator:
    summary = visitor.page.get_by_role("region", name="Summary")
    return summary.locator("dl > div").filter(has=visitor.page.get_by_text(label, exact=True)).locator("dd").first


async def taken_along(visitor: Visitor, item: str) -> tuple[str, str]:
    """The name and the text of a file that the page gives."""
    await visitor.button("Export").click()
    async with visitor.page.expect_download() as download:
        await visitor.page.get_by_role("menuitem", name=item).click()
    file = await download.value
    return file.suggested_filename, Path(await file.path()).read_text(encoding="utf-8")  # noqa: ASYNC240 - a small file

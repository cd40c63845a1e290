"""Figures of a range that includes this moment move by themselves; others stay as they are."""

import pytest
from playwright.async_api import expect
from support.client import People, Person
from support.figure_pages import card, converse, show, until_loaded
from support.page_fixtures import Visit
from support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Far less than the 30 s after which figures are asked for anyway, and room for a machine that is busy.
SOON_MS = 12_000


class TestOverview:
    async def test_moves_with_each_message(self, visit: Visit, visitors: People, reader: Person, site: Site) -> None:
        await converse(reader, site, exchanges=1)
        async with visit(await visitors.admin()) as visitor:
            await show(visitor, "overview", "?zone=UTC")
            await expect(visitor.page.get_by_text("live", exact=True)).to_be_visible()
            await until_loaded(visitor)
            for _ in range(2):
                before = int((await card(visitor, "Messages").inner_text()).replace(",", ""))
                await converse(reader, site, exchanges=1)
                await expect(card(visitor, "Messages")).to_have_text(f"{before + 2:,}", timeout=SOON_MS)

    async def test_of_days_that_are_over_does_not(self, visit: Visit, visitors: People) -> None:
        async with visit(await visitors.admin()) as visitor:
            await show(visitor, "overview", "?zone=UTC&from=2026-03-01&to=2026-03-09")
            await until_loaded(visitor)
            await expect(visitor.page.get_by_text("live", exact=True)).to_have_count(0)
            assert not [url for url in visitor.requested if "/ws/metrics" in url]

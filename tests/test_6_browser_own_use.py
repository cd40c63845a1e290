"""What a person used, in their settings: by day, for any range, and as a file."""

import csv
import io

import pytest
from playwright.async_api import expect
from support.browser import Visitor
from support.client import Person
from support.figure_pages import VIEWPORTS, card, converse, taken_along, until_loaded
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def show_own_use(visitor: Visitor, query: str = "") -> None:
    await visitor.go(f"/settings/use{query}")
    await expect(visitor.heading("Messages by day")).to_be_visible()
    await until_loaded(visitor)


class TestOwnUse:
    async def test_is_that_of_the_person_beside_their_budgets(self, visit: Visit, reader: Person, site: Site) -> None:
        await converse(reader, site, exchanges=2)
        async with visit(reader) as visitor:
            await show_own_use(visitor, "?zone=UTC")
            await expect(card(visitor, "Questions")).to_have_text("2")
            await expect(card(visitor, "Answers")).to_have_text("2")
            await expect(visitor.heading("Budgets")).to_be_visible()
            await visitor.button("Show the table: Messages by day").click()
            rows = visitor.page.get_by_role("region", name="Messages by day: table").get_by_role("row")
            await expect(rows).to_have_count(31)
            await expect(rows.last.get_by_role("cell")).to_have_text(["2", "2"])
            await visitor.button("7 days").click()
            await expect(rows).to_have_count(8)
            assert not [url for url in visitor.requested if "/ws/metrics" in url or "/analytics/overview" in url]

    async def test_can_be_taken_along(self, visit: Visit, reader: Person, site: Site) -> None:
        await converse(reader, site, exchanges=1)
        async with visit(reader) as visitor:
            await show_own_use(visitor, "?zone=UTC&range=7d")
            name, text = await taken_along(visitor, "What is on screen, as CSV")
            assert name.startswith("convoai-my-use-")
            rows = list(csv.DictReader(io.StringIO(text, newline="")))
            assert {row["part"] for row in rows} == {"Summary", "Messages by day", "Tokens by day", "Cost by day"}
            asked = [row["value"] for row in rows if row["part"] == "Messages by day" and row["figure"] == "Questions"]
            assert asked == ["0"] * 6 + ["1"]

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", VIEWPORTS)
    async def test_fits_and_is_accessible(
        self, visit: Visit, reader: Person, site: Site, width: str, scheme: str
    ) -> None:
        await converse(reader, site, exchanges=1)
        async with visit(reader, viewport=VIEWPORTS[width], color_scheme=scheme) as visitor:
            await show_own_use(visitor)
            assert await faults_of(visitor, f"own-use-{width}-{scheme}") == []

"""What is on screen of figures stays there, dimmed, while what was asked for is on its way."""

import asyncio

import pytest
from playwright.async_api import Route, expect
from support.client import People, Person
from support.figure_pages import card, converse, show, until_loaded
from support.page_fixtures import Visit
from support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


class TestAnotherRange:
    @pytest.mark.parametrize("choice", ["7 days", "Compare", "Time zone"])
    async def test_keeps_what_is_on_screen_until_it_is_there(
        self, visit: Visit, visitors: People, reader: Person, site: Site, choice: str
    ) -> None:
        await converse(reader, site)
        is_let = asyncio.Event()

        async def hold(route: Route) -> None:
            await is_let.wait()
            await route.continue_()

        async with visit(await visitors.admin(), timezone_id="Asia/Kolkata") as visitor:
            await show(visitor, "people", f"?subject={reader.user_id}")
            await expect(card(visitor, "Messages")).to_have_text("6")
            await until_loaded(visitor)
            await visitor.page.route("**/analytics/overview?*", hold)
            if choice == "Time zone":
                await visitor.page.get_by_label("Time zone").select_option("UTC")
            elif choice == "Compare":
                await visitor.page.get_by_role("checkbox", name="Compare").click()
            else:
                await visitor.button(choice).click()
            summary = visitor.page.get_by_role("region", name="Summary")
            await expect(summary.locator("[aria-busy=true]")).to_have_count(1)
            await expect(card(visitor, "Messages")).to_have_text("6")
            await expect(visitor.page.get_by_role("status", name="Loading")).to_have_count(0)
            is_let.set()
            await until_loaded(visitor)
            await expect(card(visitor, "Messages")).to_have_text("6")

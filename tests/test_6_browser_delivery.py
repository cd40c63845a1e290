"""The page that tells how events get to where they are counted."""

import json
import re

import pytest
from playwright.async_api import expect
from support.client import People, Person
from support.figure_pages import converse, show, taken_along, until_loaded
from support.page_fixtures import Visit
from support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")


class TestDelivery:
    async def test_tells_of_each_sender(self, visit: Visit, visitors: People, reader: Person, site: Site) -> None:
        await converse(reader, site, exchanges=1)
        async with visit(await visitors.admin()) as visitor:
            await show(visitor, "delivery")
            senders = visitor.page.get_by_role("list", name="Senders").get_by_role("listitem")
            for service in ("auth-service", "chat-service"):
                entry = senders.filter(has=visitor.page.get_by_text(service, exact=True)).first
                await expect(entry).to_contain_text("Last reported")
                waiting = entry.locator("dl > div").filter(has=visitor.page.get_by_text("Waiting", exact=True))
                await expect(waiting.locator("dd")).to_have_text(re.compile(r"^[\d,]+$"))
            await expect(visitor.page.get_by_role("note")).to_have_count(0)

    async def test_goes_on_by_itself(self, visit: Visit, visitors: People) -> None:
        async with visit(await visitors.admin()) as visitor:
            await show(visitor, "delivery")
            await until_loaded(visitor)
            async with visitor.page.expect_response("**/analytics/delivery"):
                pass  # nobody does anything

    async def test_is_where_the_parked_events_were(self, visit: Visit, visitors: People) -> None:
        async with visit(await visitors.admin()) as visitor:
            await visitor.go("/analytics/parked?range=7d")
            await expect(visitor.page).to_have_url(re.compile(r"/analytics/delivery\?range=7d$"))
            await expect(visitor.heading("Parked events")).to_be_visible()

    async def test_can_be_taken_along(self, visit: Visit, visitors: People) -> None:
        async with visit(await visitors.admin()) as visitor:
            await show(visitor, "delivery")
            await until_loaded(visitor)
            name, text = await taken_along(visitor, "What is on screen, as JSON")
            assert re.fullmatch(r"convoai-delivery-(\d{4}-\d\d-\d\d)-\1\.json", name)
            parts = {part["title"]: part["rows"] for part in json.loads(text)["parts"]}
            assert parts.keys() == {"Time on the way", "Senders", "Parked events"}
            assert {"auth-service", "chat-service"} <= {row["name"] for row in parts["Senders"]}

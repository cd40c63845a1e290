"""The pages of figures in the browser: they show what happened, a link keeps the view, and it can be taken along."""

import csv
import io
import json
import re
from typing import Any

import pytest
from playwright.async_api import expect
from support.client import People, Person, ok
from support.figure_pages import SECTIONS, VIEWPORTS, card, converse, show, taken_along, until_loaded
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.site import Site
from support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")


class TestFigures:
    async def test_are_those_of_the_service(self, visit: Visit, visitors: People, reader: Person, site: Site) -> None:
        await converse(reader, site)
        admin = await visitors.admin()
        async with visit(admin) as visitor:
            await show(visitor, "overview", "?zone=UTC")
            await until_loaded(visitor)

            async def is_as_the_service_says() -> bool:
                figures = ok(await admin.analytics("GET", "/analytics/overview"))["period"]["figures"]
                shown = await card(visitor, "Messages").inner_text()
                return shown == f"{figures['messages']:,}" and figures["messages"] >= 6

            await eventually(is_as_the_service_says)

    async def test_of_one_person_are_theirs_alone(
        self, visit: Visit, visitors: People, reader: Person, site: Site
    ) -> None:
        await converse(reader, site, exchanges=2)
        async with visit(await visitors.admin()) as visitor:
            await show(visitor, "people", f"?zone=UTC&subject={reader.user_id}")
            await expect(visitor.heading(reader.username)).to_be_visible()
            await expect(card(visitor, "Messages")).to_have_text("4")
            await visitor.page.get_by_role("link", name="All people").click()
            rows = visitor.page.get_by_role("region", name="People: table").get_by_role("row")
            await expect(rows).not_to_have_count(0)
            # The list begins with those who did most, and goes on for as long as there is somebody.
            while await visitor.button("Show more").is_visible():
                before = await rows.count()
                await visitor.button("Show more").click()
                await expect(rows).not_to_have_count(before)
            await expect(visitor.page.get_by_role("link", name=reader.username)).to_be_visible()

    async def test_of_a_chart_stand_in_the_table_behind_it(
        self, visit: Visit, visitors: People, reader: Person, site: Site
    ) -> None:
        await converse(reader, site)
        async with visit(await visitors.admin()) as visitor:
            await show(visitor, "overview")
            button = visitor.page.get_by_role("button", name=re.compile("^Show the table: ")).first
            await button.focus()
            await visitor.page.keyboard.press("Enter")
            await expect(visitor.page.get_by_role("button", name=re.compile("^Hide the table: ")).first).to_be_focused()
            table = visitor.page.get_by_role("table").first
            assert await table.get_by_role("row").count() == 31

    async def test_of_providers_lead_to_those_of_one(
        self, visit: Visit, visitors: People, reader: Person, site: Site
    ) -> None:
        await converse(reader, site, exchanges=1)
        async with visit(await visitors.admin()) as visitor:
            await show(visitor, "speed")
            link = visitor.page.get_by_role("region", name="Providers: table").get_by_role("link").first
            provider = await link.inner_text()
            await link.click()
            await expect(visitor.heading(provider)).to_be_visible()
            await expect(card(visitor, "Messages")).to_have_text(re.compile(r"^[1-9]"))
            await expect(visitor.heading("Time to first token over time")).to_be_visible()
            await until_loaded(visitor)
            assert await faults_of(visitor, "figures-provider") == []
            await visitor.page.get_by_role("link", name="Speed and errors").last.click()
            await expect(visitor.heading("Endpoints")).to_be_visible()


class TestAddress:
    async def test_keeps_the_view(self, visit: Visit, visitors: People) -> None:
        async with visit(await visitors.admin()) as visitor:
            await show(visitor, "overview")
            await visitor.button("7 days").click()
            await visitor.page.get_by_role("checkbox", name="Compare").click()
            await visitor.page.get_by_label("Time zone").select_option("UTC")
            await expect(visitor.page).to_have_url(re.compile(r"range=7d"))
            await visitor.page.reload()
            await expect(visitor.page.get_by_role("button", name="7 days", pressed=True)).to_be_visible()
            await expect(visitor.page.get_by_role("checkbox", name="Compare")).not_to_be_checked()
            await expect(visitor.page.get_by_label("Time zone")).to_have_value("UTC")
            await visitor.page.get_by_role("link", name="Costs").first.click()
            await expect(visitor.page).to_have_url(re.compile(r"/analytics/cost\?.*range=7d"))


class TestExport:
    async def test_is_what_is_on_screen(self, visit: Visit, visitors: People, reader: Person, site: Site) -> None:
        await converse(reader, site)
        async with visit(await visitors.admin()) as visitor:
            await show(visitor, "people", f"?zone=UTC&subject={reader.user_id}")
            await expect(card(visitor, "Messages")).to_have_text("6")
            await until_loaded(visitor)
            name, text = await taken_along(visitor, "What is on screen, as JSON")
            assert re.fullmatch(r"convoai-[a-z]+-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.json", name)
            told: dict[str, Any] = json.loads(text)
            assert (told["subject"], told["timezone"]) == (reader.user_id, "UTC")
            (summary,) = [part for part in told["parts"] if part["title"] == "Summary"]
            values = {row["name"]: (row["unit"], row["values"][0]) for row in summary["rows"]}
            assert values["Messages"] == ("count", 6)
            assert values["Cost"][0] == "usd"
            _, text = await taken_along(visitor, "What is on screen, as CSV")
            rows = list(csv.DictReader(io.StringIO(text, newline="")))
            assert {"Summary"} < {row["part"] for row in rows}
            (messages,) = [row for row in rows if row["name"] == "Messages" and row["figure"] == "Value"]
            assert (messages["value"], messages["unit"]) == ("6", "count")

    @pytest.mark.parametrize(
        ("section", "parts"),
        [
            ("use", {"Answers by model", "Busiest hours", "Who comes back"}),
            ("cost", {"This month’s cost"}),
            ("speed", {"Providers", "Answers by provider"}),
        ],
    )
    async def test_leaves_out_no_part_of_a_page(
        self, visit: Visit, visitors: People, reader: Person, site: Site, section: str, parts: set[str]
    ) -> None:
        await converse(reader, site, exchanges=1)
        async with visit(await visitors.admin()) as visitor:
            await show(visitor, section)
            await until_loaded(visitor)
            _, text = await taken_along(visitor, "What is on screen, as CSV")
            assert parts <= {row["part"] for row in csv.DictReader(io.StringIO(text, newline=""))}
            _, text = await taken_along(visitor, "What is on screen, as JSON")
            assert parts <= {part["title"] for part in json.loads(text)["parts"]}


class TestWhoSeesThem:
    async def test_a_manager_sees_all_but_parked_events(self, visit: Visit, visitors: People) -> None:
        manager = await visitors.register(roles=["user", "manager"])
        async with visit(manager) as visitor:
            await show(visitor, "overview")
            await expect(visitor.page.get_by_role("link", name="Models").first).to_be_visible()
            # A socket that is closed before it was open is a warning of the browser's.
            await expect(visitor.page.get_by_text("live", exact=True)).to_be_visible()
            await visitor.page.get_by_role("link", name="Delivery of events").click()
            await expect(visitor.heading("Senders")).to_be_visible()
            await expect(visitor.heading("Parked events")).to_have_count(0)

    async def test_everyone_else_is_told_so(self, visit: Visit, reader: Person) -> None:
        async with visit(reader) as visitor:
            await visitor.go("/analytics/overview")
            await expect(visitor.heading("Not for you to see")).to_be_visible()


class TestLook:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", VIEWPORTS)
    async def test_fits_and_is_accessible(
        self, visit: Visit, visitors: People, reader: Person, site: Site, width: str, scheme: str
    ) -> None:
        await converse(reader, site, exchanges=1)
        faults: list[str] = []
        async with visit(await visitors.admin(), viewport=VIEWPORTS[width], color_scheme=scheme) as visitor:
            for section in SECTIONS:
                await show(visitor, section)
                await until_loaded(visitor)
                faults += await faults_of(visitor, f"figures-{section}-{width}-{scheme}")
        assert faults == []

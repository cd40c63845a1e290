"""Alerts in the browser: a rule is made, fires, shows in every section and in the history, and goes again."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect
from support.browser import Visitor
from support.client import People, Person, ok, unique_name
from support.inspection import faults_of
from support.page_fixtures import Visit

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(900)]

VIEWPORTS = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
# The service looks every 15 seconds and the page asks as often; the machine may be slow.
LOOKS_MS = 120_000.0
RULES = "/analytics/alerts/rules"
# Nothing that is spent here comes near it.
ALWAYS: dict[str, Any] = {"figure": "spend_today_usd", "comparison": "below", "threshold": 1_000_000}


@pytest_asyncio.fixture(loop_scope="session")
async def admin(visitors: People) -> AsyncIterator[Person]:
    """The administrator, whose installation has afterwards the rules that it had before."""
    admin = await visitors.admin()
    before = {rule["id"] for rule in ok(await admin.analytics("GET", RULES))}
    try:
        yield admin
    finally:
        for rule in ok(await admin.analytics("GET", RULES)):
            if rule["id"] not in before:
                ok(await admin.analytics("DELETE", f"{RULES}/{rule['id']}"))


async def make_rule(admin: Person, **fields: Any) -> str:
    """Makes a rule that fires at once; its name."""
    name = unique_name()
    ok(await admin.analytics("POST", RULES, json=ALWAYS | {"name": name} | fields))
    return name


async def show(visitor: Visitor, section: str = "alerts", heading: str = "Alerts") -> None:
    await visitor.go(f"/analytics/{section}")
    await expect(visitor.page.get_by_role("heading", name=heading, level=2)).to_be_visible()
    await expect(visitor.page.get_by_role("status", name="Loading")).to_have_count(0)


async def add_rule(visitor: Visitor, name: str) -> None:
    """Makes a rule in the page that fires at once and tells by mail."""
    await visitor.button("Add a rule").click()
    form = visitor.page.get_by_role("dialog")
    await form.get_by_label("Name").fill(name)
    await form.get_by_label("Figure").select_option("Spent today")
    await form.get_by_label("It is").select_option("under the threshold")
    await form.get_by_label("Threshold in US dollars").fill("1000000")
    await form.get_by_label("For how many minutes").fill("0")
    await expect(form.get_by_text("Spent today under $1,000,000.00")).to_be_visible()
    await form.get_by_role("checkbox", name="Mail all administrators").check()
    await form.get_by_role("button", name="Add rule").click()
    await expect(form).to_have_count(0)


def entry(visitor: Visitor, listing: str, name: str) -> Locator:
    """What a list of the section says of a rule."""
    return visitor.page.get_by_role("list", name=listing, exact=True).get_by_role("listitem").filter(has_text=name)


def banner(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("status").filter(has=visitor.page.get_by_role("link", name="See the alerts"))


class TestRule:
    async def test_made_in_the_page_fires_and_is_seen_everywhere(self, visit: Visit, admin: Person) -> None:
        name = unique_name()
        async with visit(admin) as visitor:
            await show(visitor)
            await add_rule(visitor, name)
            await expect(entry(visitor, "Rules", name)).to_contain_text("Mails all administrators")
            # Nobody touches the page: it sees by itself what the service has seen.
            alert = entry(visitor, "Alerts", name)
            await expect(alert).to_contain_text("Firing", timeout=LOOKS_MS)
            await expect(alert).to_contain_text("Spent today under $1,000,000.00: $")
            await expect(entry(visitor, "History", name).filter(has_text="Firing")).to_be_visible(timeout=LOOKS_MS)
            await expect(banner(visitor)).to_contain_text(name)
            await expect(entry(visitor, "Rules", name)).to_contain_text("Mail: told last on", timeout=LOOKS_MS)

            await show(visitor, "cost", "Costs")
            await expect(banner(visitor)).to_contain_text(name)
            await visitor.page.get_by_role("link", name="See the alerts").click()
            await expect(visitor.page.get_by_role("heading", name="Alerts", level=2)).to_be_visible()

            await visitor.button(f"Change {name}").click()
            form = visitor.page.get_by_role("dialog")
            await expect(form.get_by_label("Threshold in US dollars")).to_have_value("1000000")
            await form.get_by_label("It is").select_option("over the threshold")
            await form.get_by_role("button", name="Save changes").click()
            await expect(entry(visitor, "Rules", name)).to_contain_text("Spent today over $1,000,000.00")
            await expect(alert).to_have_count(0)
            await expect(banner(visitor).filter(has_text=name)).to_have_count(0)

            await visitor.button(f"Delete {name}").click()
            await visitor.page.get_by_role("dialog").get_by_role("button", name="Delete").click()
            await expect(entry(visitor, "Rules", name)).to_have_count(0)
            await expect(entry(visitor, "History", name)).to_be_visible()

    async def test_that_is_switched_off_is_silent(self, visit: Visit, admin: Person) -> None:
        name = await make_rule(admin)
        async with visit(admin) as visitor:
            await show(visitor)
            await expect(entry(visitor, "Alerts", name)).to_contain_text("Firing", timeout=LOOKS_MS)
            switch = visitor.page.get_by_role("switch", name=f"{name}: on")
            await switch.focus()
            await visitor.page.keyboard.press("Space")
            await expect(switch).not_to_be_checked()
            await expect(entry(visitor, "Alerts", name)).to_have_count(0)
            await visitor.page.reload()
            await expect(entry(visitor, "Rules", name)).to_contain_text("Off")
            await expect(switch).not_to_be_checked()

    async def test_says_at_its_field_what_the_service_refuses(self, visit: Visit, admin: Person) -> None:
        name = await make_rule(admin, is_enabled=False)
        # The browser tells developers of each refusal.
        async with visit(admin, expects_trouble=True) as visitor:
            await show(visitor)
            await visitor.button(f"Change {name}").click()
            form = visitor.page.get_by_role("dialog")
            address, secret = form.get_by_label("Webhook address"), form.get_by_label("Webhook secret")
            await address.fill("https://169.254.169.254/latest")
            await secret.fill("a secret of sixteen and more")
            await form.get_by_role("button", name="Save changes").click()
            await expect(address).to_have_attribute("aria-invalid", "true")
            await expect(form.get_by_text("This host is not allowed.")).to_be_visible()
            await expect(form.get_by_role("alert")).to_have_count(0)
            await address.fill("")
            await form.get_by_role("button", name="Save changes").click()
            await expect(secret).to_have_attribute("aria-invalid", "true")
            await secret.fill("")
            await form.get_by_role("button", name="Save changes").click()
            await expect(form).to_have_count(0)
            await expect(entry(visitor, "Rules", name)).to_contain_text("Tells nobody")


class TestWhoMay:
    async def test_a_manager_watches_and_is_offered_nothing_to_change(
        self, visit: Visit, visitors: People, admin: Person
    ) -> None:
        name = await make_rule(admin)
        manager = await visitors.register(roles=["user", "manager"])
        async with visit(manager) as visitor:
            await show(visitor)
            await expect(entry(visitor, "Rules", name)).to_be_visible()
            await expect(entry(visitor, "Rules", "Requests fail")).to_contain_text("Error rate over 5% for 5 minutes")
            await expect(entry(visitor, "Alerts", name)).to_contain_text("Firing", timeout=LOOKS_MS)
            rules = visitor.page.get_by_role("region", name="Rules")
            await expect(rules.get_by_role("button")).to_have_count(0)
            await expect(rules.get_by_role("switch")).to_have_count(0)


class TestLook:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", VIEWPORTS)
    async def test_fits_and_is_accessible(self, visit: Visit, admin: Person, width: str, scheme: str) -> None:
        name = await make_rule(admin)
        waiting = await make_rule(admin, for_minutes=1_440)
        async with visit(admin, viewport=VIEWPORTS[width], color_scheme=scheme) as visitor:
            await show(visitor)
            await expect(entry(visitor, "Alerts", name)).to_contain_text("Firing", timeout=LOOKS_MS)
            await expect(entry(visitor, "Alerts", waiting)).to_contain_text("Pending", timeout=LOOKS_MS)
            await expect(entry(visitor, "History", name).first).to_be_visible(timeout=LOOKS_MS)
            faults = await faults_of(visitor, f"alerts-{width}-{scheme}")
            await entry(visitor, "History", name).first.scroll_into_view_if_needed()
            faults += await faults_of(visitor, f"alerts-history-{width}-{scheme}")
            await visitor.button(f"Change {name}").click()
            form = visitor.page.get_by_role("dialog")
            await form.get_by_label("Of whom").select_option("One model")
            await form.get_by_role("button", name="Save changes").click()
            await expect(form.get_by_text("Name a model.")).to_be_visible()
            faults += await faults_of(visitor, f"alerts-rule-{width}-{scheme}")
            await show(visitor, "overview", "Overview")
            await expect(banner(visitor)).to_be_visible()
            faults += await faults_of(visitor, f"alerts-banner-{width}-{scheme}")
        assert faults == []

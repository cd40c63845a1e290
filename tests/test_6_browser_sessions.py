"""Sessions as people see them: they survive a reload, hold in all tabs of a browser, and end where they are ended."""

import pytest
from playwright.async_api import Locator, expect
from support.browser import REFRESH_COOKIE, Visitor
from support.client import PASSWORD, People, Person, ok
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

BITE_MS = 10_000.0
HOUR_MS = 3_600_000
DRAFT = "Half a thought"
TITLE = "What goes on"
NEW_PASSWORD = "another-pass-456"
ENDED = "Your session has ended. Sign in again to go on where you were; what you wrote is kept."
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1"
READ_STORES = "() => JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.cookie"


def refreshes(visitor: Visitor) -> int:
    return len([url for url in visitor.requested if url.endswith("/auth/refresh")])


def device(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("list", name="Devices").get_by_role("listitem").filter(has_text=name)


async def open_devices(visitor: Visitor) -> None:
    await visitor.choose("Account", "Settings")
    await visitor.page.get_by_role("link", name="Devices").click()
    await expect(device(visitor, "This device")).to_have_count(1)


def question(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog")


async def press_until_focused(visitor: Visitor, key: str, target: Locator) -> None:
    await expect(target).to_be_visible()
    for _ in range(10):
        await visitor.page.keyboard.press(key)
        if await target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{key} does not lead to {target}")


async def begin_draft(visitor: Visitor, conversation: str) -> None:
    await visitor.go(f"/c/{conversation}")
    await visitor.until_connected()
    await visitor.composer.fill(DRAFT)


async def assert_sent_to_sign_in(visitor: Visitor) -> None:
    """Within the time that the product promises, and with a sentence that says why."""
    await expect(visitor.page.get_by_text(ENDED)).to_be_visible(timeout=BITE_MS)
    await expect(visitor.heading("Sign in")).to_be_visible()


class TestReload:
    async def test_stays_signed_in_without_a_token_that_a_script_can_read(self, visit: Visit, reader: Person) -> None:
        async with visit() as visitor:
            await visitor.go("/")
            await visitor.sign_in(reader.username)
            await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()
            seen: list[str] = []
            visitor.page.on("framenavigated", lambda frame: seen.append(frame.url))
            await visitor.page.reload()
            await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()
            assert [url for url in seen if "sign-in" in url] == []

            stored = await visitor.page.evaluate(READ_STORES)
            (cookie,) = await visitor.refresh_cookies()
            assert cookie["name"] == REFRESH_COOKIE
            assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/auth")
            for secret in ("eyJ", "cvr_", cookie["value"]):
                assert secret not in stored

    async def test_while_the_service_is_away_keeps_the_place_and_goes_on_by_itself(
        self, visit: Visit, reader: Person, site: Site
    ) -> None:
        conversation = await reader.new_conversation()
        async with visit(reader, expects_trouble=True) as visitor:
            await begin_draft(visitor, conversation)
            site.auth.sever()
            try:
                await visitor.page.reload()
                await expect(visitor.alert).to_contain_text("The sign-in service cannot be reached.")
                await expect(visitor.alert).to_contain_text("You are still signed in")
            finally:
                await site.auth.restore()
            await visitor.until_connected()
            await expect(visitor.composer).to_have_value(DRAFT)


class TestTabs:
    async def test_renew_once_for_all(self, visitor: Visitor, reader: Person) -> None:
        await visitor.context.clock.install()
        await visitor.go()
        tabs = [visitor, await visitor.open_tab("/"), await visitor.open_tab("/")]
        for tab in tabs:
            await expect(tab.heading(f"Hello, {reader.username}")).to_be_visible()
        before = sum(map(refreshes, tabs))
        async with visitor.context.expect_event("response", lambda response: response.url.endswith("/auth/refresh")):
            await visitor.context.clock.fast_forward(HOUR_MS + 1)
        for tab in tabs:
            # Answered with the token that one of them got.
            await tab.button("New conversation").click()
            await tab.page.wait_for_url("**/c/*")
            await tab.until_connected()
        assert sum(map(refreshes, tabs)) == before + 1

    async def test_sign_out_together_for_good(self, visitor: Visitor, reader: Person) -> None:
        await visitor.go()
        tab = await visitor.open_tab(f"/c/{await reader.new_conversation()}")
        await tab.until_connected()
        async with visitor.page.expect_response("**/auth/logout"):
            await visitor.choose("Account", "Sign out")
        await expect(tab.heading("Sign in")).to_be_visible(timeout=BITE_MS)
        assert await visitor.refresh_cookies() == []
        await tab.page.reload()
        await expect(tab.heading("Sign in")).to_be_visible()
        assert [row["device"] for row in ok(await reader.auth("GET", "/auth/sessions"))] == ["python-httpx/0.28.1"]


class TestSignOut:
    async def test_that_the_service_did_not_hear_is_made_up_for(self, visit: Visit, reader: Person, site: Site) -> None:
        async with visit(reader, expects_trouble=True) as visitor:
            await visitor.go()
            await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()
            site.auth.sever()
            try:
                await visitor.choose("Account", "Sign out")
                await expect(visitor.page.get_by_text("You are signed out here, but")).to_be_visible()
            finally:
                await site.auth.restore()
            assert len(ok(await reader.auth("GET", "/auth/sessions"))) == 2
            async with visitor.page.expect_response("**/auth/logout"):
                await visitor.page.reload()
            await expect(visitor.heading("Sign in")).to_be_visible()
            assert len(ok(await reader.auth("GET", "/auth/sessions"))) == 1


class TestDevices:
    async def test_are_signed_out_from_another_browser_and_keep_the_draft(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation()
        async with visit(reader) as visitor, visit(reader, expects_trouble=True, user_agent=PHONE) as phone:
            await begin_draft(phone, conversation)
            await visitor.go()
            await open_devices(visitor)
            await expect(device(visitor, "Safari on iPhone")).to_contain_text("127.0.0.1")
            await device(visitor, "Safari on iPhone").get_by_role("button").click()
            await expect(visitor.page.get_by_text("“Safari on iPhone” at 127.0.0.1 will be signed out")).to_be_visible()
            await question(visitor).get_by_role("button", name="Sign out").click()
            await assert_sent_to_sign_in(phone)
            await expect(device(visitor, "Safari on iPhone")).to_have_count(0)

            await phone.sign_in(reader.username)
            await phone.page.wait_for_url(f"**/c/{conversation}")
            await expect(phone.composer).to_have_value(DRAFT)
            await phone.until_connected()

    async def test_are_all_signed_out_but_this_one(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation(title=TITLE)
        async with visit(reader) as visitor, visit(reader, expects_trouble=True, user_agent=PHONE) as phone:
            await begin_draft(phone, conversation)
            await visitor.go(f"/c/{conversation}")
            await visitor.until_connected()
            await open_devices(visitor)
            await visitor.button("Sign out everywhere else").click()
            await question(visitor).get_by_role("button", name="Sign out everywhere else").click()
            await assert_sent_to_sign_in(phone)
            await expect(visitor.page.get_by_role("list", name="Devices").get_by_role("listitem")).to_have_count(1)
            await visitor.page.get_by_role("link", name="Back to the chat").click()
            await visitor.page.get_by_role("link", name=TITLE).click()
            await visitor.until_connected()
            await visitor.say("[[say]]Still here")
            assert await visitor.until_answer("complete") == "Still here"

    async def test_are_signed_out_by_a_new_password(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation()
        async with visit(reader) as visitor, visit(reader, expects_trouble=True) as other:
            await begin_draft(other, conversation)
            await visitor.go("/settings/password")
            await visitor.page.get_by_label("Current password").fill(PASSWORD)
            await visitor.page.get_by_label("New password").fill(NEW_PASSWORD)
            await visitor.button("Change password").click()
            await expect(visitor.page.get_by_text("All other devices were signed out")).to_be_visible()
            await assert_sent_to_sign_in(other)

    async def test_are_reached_and_signed_out_by_keyboard(self, visitor: Visitor, reader: Person) -> None:
        await visitor.go()
        await visitor.button("Account").focus()
        await visitor.page.keyboard.press("Enter")
        await press_until_focused(visitor, "ArrowDown", visitor.page.get_by_role("menuitem", name="Settings"))
        await visitor.page.keyboard.press("Enter")
        await press_until_focused(visitor, "Tab", visitor.page.get_by_role("link", name="Devices"))
        await visitor.page.keyboard.press("Enter")
        await press_until_focused(visitor, "Tab", device(visitor, "python-httpx").get_by_role("button"))
        await visitor.page.keyboard.press("Enter")
        await expect(visitor.button("Cancel")).to_be_focused()
        await visitor.page.keyboard.press("Tab")
        await visitor.page.keyboard.press("Enter")
        await expect(visitor.page.get_by_text("Signed out.", exact=True)).to_be_visible()
        await expect(device(visitor, "python-httpx")).to_have_count(0)
        assert (await reader.auth("GET", "/users/me")).status_code == 401
        await expect(visitor.page.get_by_role("list", name="Devices")).to_be_focused()

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1440])
    async def test_fit_and_are_accessible(self, visit: Visit, reader: Person, width: int, theme: str) -> None:
        viewport = {"width": width, "height": 844}
        async with visit(reader, viewport=viewport, color_scheme=theme) as visitor:
            await visitor.go()
            await open_devices(visitor)
            assert await faults_of(visitor, f"devices-{theme}-{width}") == []
            await visitor.button("Sign out everywhere else").click()
            await expect(visitor.button("Cancel")).to_be_focused()
            assert await faults_of(visitor, f"devices-question-{theme}-{width}") == []


class TestDeactivation:
    async def test_closes_the_open_chat(self, visit: Visit, reader: Person, visitors: People) -> None:
        conversation = await reader.new_conversation()
        admin = await visitors.admin()
        async with visit(reader, expects_trouble=True) as visitor:
            await begin_draft(visitor, conversation)
            ok(await admin.auth("PATCH", f"/users/{reader.username}", json={"is_active": False}))
            await assert_sent_to_sign_in(visitor)
            await visitor.sign_in(reader.username)
            await expect(visitor.alert).to_contain_text("Incorrect username or password")

"""Second factors as people meet them: set up in settings, shown at the next sign-in, and demanded by a role."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import CDPSession, Locator, expect
from service_kit.clock import utc_now
from support.browser import Visitor
from support.client import PASSWORD, People, Person, ok
from support.factors import code_at
from support.inspection import faults_of
from support.page_fixtures import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """A device of Chromium's own that holds passkeys, and whose person confirms whatever they are asked."""

    def __init__(self, session: CDPSession, authenticator_id: str) -> None:
        self._session = session
        self._id = authenticator_id

    async def turn_away(self) -> None:
        """From now on the device does not recognise its person."""
        answer = {"authenticatorId": self._id, "isUserVerified": False}
        await self._session.send("WebAuthn.setUserVerified", answer)


async def plug_in_device(visitor: Visitor) -> Device:
    session = await visitor.context.new_cdp_session(visitor.page)
    await session.send("WebAuthn.enable")
    added = await session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return Device(session, added["authenticatorId"])


def dialog(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog")


def part(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("region", name=name)


async def until_home(visitor: Visitor, person: Person) -> None:
    await expect(visitor.heading(f"Hello, {person.username}")).to_be_visible()


async def enter(visitor: Visitor, person: Person) -> None:
    """Signs in with name and password, where these are enough."""
    await visitor.go("/")
    await visitor.sign_in(person.username)
    await until_home(visitor, person)


async def leave(visitor: Visitor) -> None:
    await visitor.go("/")
    async with visitor.page.expect_response("**/auth/logout"):
        await visitor.choose("Account", "Sign out")
    await expect(visitor.heading("Sign in")).to_be_visible()


async def open_security(visitor: Visitor) -> None:
    await visitor.go("/settings/security")
    await expect(part(visitor, "Passkeys")).to_be_visible()


async def prove(visitor: Visitor) -> None:
    await visitor.page.get_by_label("Current password").fill(PASSWORD)
    await visitor.button("Confirm").click()


async def shown_secret(visitor: Visitor) -> str:
    """The key that stands beside the picture."""
    key = visitor.page.locator("code").first
    await expect(visitor.page.get_by_role("img", name="QR code")).to_be_visible()
    return (await key.inner_text()).replace(" ", "")


async def store_codes(visitor: Visitor, label: str) -> list[str]:
    """The recovery codes, which are then put away."""
    entries = visitor.page.get_by_role("list", name="Recovery codes").get_by_role("listitem")
    await expect(entries).to_have_count(10)
    codes = await entries.all_inner_texts()
    await visitor.button(label).click()
    return codes


async def set_up_app(visitor: Visitor) -> tuple[str, list[str]]:
    """The secret and the recovery codes of the first factor."""
    await open_security(visitor)
    await visitor.button("Set up the app").click()
    await prove(visitor)
    secret = await shown_secret(visitor)
    await visitor.page.get_by_label("Code from your app").fill(code_at(secret, utc_now()))
    await dialog(visitor).get_by_role("button", name="Set up the app").click()
    return secret, await store_codes(visitor, "Done")


async def add_passkey(visitor: Visitor, name: str) -> None:
    """As the first factor."""
    await open_security(visitor)
    await visitor.button("Add a passkey").click()
    await prove(visitor)
    await visitor.page.get_by_label("Name of the passkey").fill(name)
    await visitor.button("Set up the passkey").click()
    await store_codes(visitor, "Done")


@asynccontextmanager
async def demanded_of_managers(people: People) -> AsyncIterator[None]:
    """For as long as the block lasts, managers need a second factor."""
    admin = await people.admin()
    path = "/roles/manager/policy"
    ok(await admin.auth("PUT", path, json={"requires_second_factor": True}))
    try:
        yield
    finally:
        ok(await admin.auth("PUT", path, json={"requires_second_factor": False}))


class TestAuthenticatorApp:
    async def test_is_set_up_and_asked_for_at_the_next_sign_in(self, visit_by_name: Visit, reader: Person) -> None:
        async with visit_by_name(expects_trouble=True) as visitor:
            await enter(visitor, reader)
            secret, codes = await set_up_app(visitor)
            await expect(visitor.page.get_by_text("The authenticator app is set up.")).to_be_visible()
            await expect(part(visitor, "Recovery codes")).to_contain_text("10 codes are left.")

            await leave(visitor)
            await visitor.sign_in(reader.username)
            field = visitor.page.get_by_label("Code from your app")
            await expect(field).to_be_focused()
            await field.fill("12345")
            await field.press("Enter")
            await expect(visitor.alert).to_contain_text("This code is not right")
            # The next one: that of this half minute may have set the app up.
            await field.fill(code_at(secret, utc_now(), steps=1))
            await field.press("Enter")
            await until_home(visitor, reader)
            await visitor.page.reload()
            await until_home(visitor, reader)

            await leave(visitor)
            await visitor.sign_in(reader.username)
            await visitor.button("Use a recovery code").click()
            await visitor.page.get_by_label("Recovery code").fill(codes[0])
            await visitor.button("Confirm").click()
            await until_home(visitor, reader)
            await open_security(visitor)
            await expect(part(visitor, "Recovery codes")).to_contain_text("9 codes are left.")

    async def test_is_removed_and_no_longer_asked_for(self, visit_by_name: Visit, reader: Person) -> None:
        async with visit_by_name(expects_trouble=True) as visitor:
            await enter(visitor, reader)
            await set_up_app(visitor)
            await visitor.button("Remove the app").click()
            await expect(dialog(visitor)).to_contain_text("It is your last factor")
            await visitor.button("Remove").click()
            await expect(visitor.page.get_by_text("The authenticator app is removed.")).to_be_focused()
            await leave(visitor)
            await enter(visitor, reader)


class TestPasskey:
    async def test_is_set_up_and_signs_in_alone(self, visit_by_name: Visit, reader: Person) -> None:
        async with visit_by_name() as visitor:
            await plug_in_device(visitor)
            await enter(visitor, reader)
            await add_passkey(visitor, "My laptop")
            entry = visitor.page.get_by_role("list", name="Your passkeys").get_by_role("listitem")
            await expect(entry).to_contain_text("My laptop")
            await expect(entry).to_contain_text("Not used yet")

            await leave(visitor)
            await visitor.button("Sign in with a passkey").click()
            await until_home(visitor, reader)
            await visitor.page.reload()
            await until_home(visitor, reader)
            await open_security(visitor)
            await expect(entry).to_contain_text("Last used")

    async def test_confirms_a_sign_in_and_a_change(self, visit_by_name: Visit, reader: Person) -> None:
        async with visit_by_name(expects_trouble=True) as visitor:
            await plug_in_device(visitor)
            await enter(visitor, reader)
            await add_passkey(visitor, "My laptop")
            await leave(visitor)
            await visitor.sign_in(reader.username)
            await visitor.button("Use your passkey").click()
            await until_home(visitor, reader)

            await open_security(visitor)
            await visitor.button("Rename My laptop").click()
            await visitor.page.get_by_label("Name of the passkey").fill("Blue laptop")
            await visitor.button("Rename").click()
            await visitor.button("Remove Blue laptop").click()
            await visitor.button("Use your passkey").click()
            await visitor.button("Remove").click()
            await expect(visitor.page.get_by_text("The passkey is removed.")).to_be_visible()

    async def test_that_is_not_confirmed_says_so(self, visit_by_name: Visit, reader: Person) -> None:
        async with visit_by_name() as visitor:
            device = await plug_in_device(visitor)
            await enter(visitor, reader)
            await add_passkey(visitor, "My laptop")
            await leave(visitor)
            await device.turn_away()
            await visitor.button("Sign in with a passkey").click()
            await expect(visitor.alert).to_contain_text("The passkey was not confirmed")

    async def test_is_not_offered_on_a_page_that_is_opened_by_its_number(self, visitor: Visitor) -> None:
        await visitor.go("/settings/security")
        await expect(part(visitor, "Passkeys")).to_contain_text("opened over https, or as localhost")
        await expect(visitor.button("Add a passkey")).to_have_count(0)


class TestDemandedByRole:
    async def test_is_set_up_on_the_way_in(self, visit_by_name: Visit, visitors: People) -> None:
        manager = await visitors.register(roles=["manager"])
        async with demanded_of_managers(visitors), visit_by_name(expects_trouble=True) as visitor:
            await plug_in_device(visitor)
            await visitor.go("/")
            await visitor.sign_in(manager.username)
            await expect(visitor.heading("Protect your account")).to_be_visible()
            await visitor.button("Use a passkey").click()
            await visitor.page.get_by_label("Name of the passkey").fill("My laptop")
            await visitor.button("Set up the passkey").click()
            await store_codes(visitor, "Continue")
            await until_home(visitor, manager)
            await leave(visitor)
            await visitor.button("Sign in with a passkey").click()
            await until_home(visitor, manager)

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1440])
    async def test_fits_and_is_accessible(self, visit_by_name: Visit, visitors: People, width: int, theme: str) -> None:
        manager = await visitors.register(roles=["manager"])
        viewport = {"width": width, "height": 844}
        async with (
            demanded_of_managers(visitors),
            visit_by_name(expects_trouble=True, viewport=viewport, color_scheme=theme) as visitor,
        ):
            await visitor.go("/")
            await visitor.sign_in(manager.username)
            await expect(visitor.button("Use an authenticator app")).to_be_focused()
            assert await faults_of(visitor, f"factor-choice-{theme}-{width}") == []
            await visitor.page.keyboard.press("Enter")
            secret = await shown_secret(visitor)
            assert await faults_of(visitor, f"factor-app-on-the-way-{theme}-{width}") == []
            await visitor.page.get_by_label("Code from your app").fill(code_at(secret, utc_now()))
            await visitor.page.keyboard.press("Enter")
            await expect(visitor.button("Continue")).to_be_visible()
            assert await faults_of(visitor, f"factor-codes-on-the-way-{theme}-{width}") == []
            await visitor.button("Continue").press("Enter")
            await until_home(visitor, manager)


class TestSecuritySection:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1440])
    async def test_fits_and_is_accessible(self, visit_by_name: Visit, reader: Person, width: int, theme: str) -> None:
        viewport = {"width": width, "height": 844}
        async with visit_by_name(expects_trouble=True, viewport=viewport, color_scheme=theme) as visitor:
            await plug_in_device(visitor)
            await enter(visitor, reader)
            await add_passkey(visitor, "The laptop with the longest name that anybody ever gave one, ever")
            assert await faults_of(visitor, f"factors-{theme}-{width}") == []
            await visitor.button("Set up the app").click()
            secret = await shown_secret(visitor)
            assert await faults_of(visitor, f"factors-app-{theme}-{width}") == []
            await visitor.page.get_by_label("Code from your app").fill(code_at(secret, utc_now()))
            await visitor.page.keyboard.press("Enter")
            await expect(visitor.page.get_by_text("The authenticator app is set up.")).to_be_focused()
            await visitor.button("Make new codes").click()
            await dialog(visitor).get_by_role("button", name="Make new codes").click()
            await expect(visitor.button("Done")).to_be_visible()
            assert await faults_of(visitor, f"factors-codes-{theme}-{width}") == []
            await visitor.page.keyboard.press("Escape")

            await leave(visitor)
            assert await faults_of(visitor, f"sign-in-{theme}-{width}") == []
            await visitor.sign_in(reader.username)
            await expect(visitor.button("Use your passkey")).to_be_visible()
            assert await faults_of(visitor, f"factor-step-{theme}-{width}") == []

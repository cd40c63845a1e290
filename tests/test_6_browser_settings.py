"""The settings page as people use it: who they are, their password, how it looks, and leaving for good."""

import json

import pytest
from playwright.async_api import Locator, expect
from support.browser import REFRESH_COOKIE, Visitor
from support.client import PASSWORD, People, Person, ok
from support.inspection import faults_of
from support.page_fixtures import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

VIEWPORTS = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
SECTIONS = ("profile", "password", "devices", "appearance", "my-data")
NEW_PASSWORD = "violin-kettle7-umbra"
SURE = "I understand that nobody can bring it back."


async def show(visitor: Visitor, section: str) -> None:
    await visitor.go(f"/settings/{section}")
    await expect(visitor.page.locator("main h3").first).to_be_visible()
    await expect(visitor.page.get_by_role("status", name="Loading")).to_have_count(0)


def dialog(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog")


async def ask_to_delete(visitor: Visitor) -> None:
    await show(visitor, "my-data")
    await visitor.button("Delete my account…").click()
    await expect(visitor.page.get_by_role("list", name="What will be erased").get_by_role("listitem")).to_have_count(3)


class TestProfile:
    async def test_a_new_name_greets_from_then_on(self, visitor: Visitor, reader: Person) -> None:
        await show(visitor, "profile")
        await visitor.page.get_by_label("Full name").fill("Vera Rubin")
        await visitor.page.get_by_label("Email").fill(f"{reader.username}@observatory.example.com")
        await visitor.button("Save changes").click()
        await expect(visitor.page.get_by_text("Saved.")).to_be_visible()
        await visitor.page.get_by_role("link", name="Back to the chat").click()
        await expect(visitor.heading("Hello, Vera Rubin")).to_be_visible()
        assert ok(await reader.auth("GET", "/users/me"))["email"] == f"{reader.username}@observatory.example.com"

    async def test_keeps_an_address_that_somebody_else_has(
        self, visit: Visit, reader: Person, visitors: People
    ) -> None:
        other = await visitors.register()
        async with visit(reader, expects_trouble=True) as visitor:
            await show(visitor, "profile")
            await visitor.page.get_by_label("Email").fill(f"{other.username}@example.com")
            await visitor.button("Save changes").click()
            await expect(visitor.alert).to_contain_text("already registered")
            await expect(visitor.page.get_by_label("Email")).to_have_value(f"{other.username}@example.com")


class TestPassword:
    async def test_is_changed_and_signs_in_from_then_on(self, visit: Visit, reader: Person) -> None:
        async with visit(reader) as visitor:
            await show(visitor, "password")
            await visitor.page.get_by_label("Current password").fill(PASSWORD)
            await visitor.page.get_by_label("New password").fill("password")
            await expect(visitor.page.get_by_text("Not enough yet. Add a digit.")).to_be_visible()
            await visitor.page.get_by_label("New password").fill(NEW_PASSWORD)
            await expect(visitor.page.get_by_text("Strong.")).to_be_visible()
            await visitor.button("Change password").click()
            await expect(visitor.page.get_by_text("Your password is changed.")).to_be_visible()
        async with visit() as visitor:
            await visitor.go("/")
            await visitor.sign_in(reader.username, NEW_PASSWORD)
            await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()

    async def test_says_at_each_field_what_is_wrong(self, visit: Visit, reader: Person) -> None:
        async with visit(reader, expects_trouble=True) as visitor:
            await show(visitor, "password")
            await visitor.page.get_by_label("Current password").fill("guessed-1")
            await visitor.page.get_by_label("New password").fill(NEW_PASSWORD)
            await visitor.button("Change password").click()
            current = visitor.page.get_by_label("Current password")
            await expect(current).to_have_attribute("aria-invalid", "true")
            await expect(current).to_have_accessible_description(
                "The current password is not right. Nothing was changed."
            )
            await current.fill(PASSWORD)
            await visitor.page.get_by_label("New password").fill("password1")
            await visitor.button("Change password").click()
            await expect(visitor.page.get_by_text("It is one of the most common passwords.")).to_be_visible()
            await expect(current).to_have_value(PASSWORD)


class TestAppearance:
    async def test_is_chosen_by_keyboard(self, visitor: Visitor) -> None:
        await show(visitor, "appearance")
        await visitor.page.get_by_role("radio", name="System").focus()
        await visitor.page.keyboard.press("ArrowUp")
        await expect(visitor.page.get_by_role("radio", name="Dark")).to_be_checked()
        await expect(visitor.page.locator("html[data-mantine-color-scheme=dark]")).to_be_attached()


class TestExport:
    async def test_gives_a_file_with_everything(self, visitor: Visitor, reader: Person) -> None:
        await reader.ask(await reader.new_conversation(title="Kept"), "[[say]]An answer")
        await show(visitor, "my-data")
        async with visitor.page.expect_download() as download:
            await visitor.button("Download my data").click()
        file = await download.value
        assert file.suggested_filename.startswith(f"convoai-{reader.username}-")
        content = json.loads((await file.path()).read_text(encoding="utf-8"))
        assert content["account"]["username"] == reader.username
        assert len(content["sign_ins"]) == 2
        (conversation,) = content["chat"]["conversations"]
        assert conversation["title"] == "Kept"
        assert [message["content"] for message in conversation["messages"]] == ["[[say]]An answer", "An answer"]
        await expect(visitor.page.get_by_text("The file is among your downloads.")).to_be_visible()


class TestDeletion:
    async def test_erases_the_account_and_ends_in_a_receipt(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation()
        await reader.ask(conversation, "[[say]]Kept for now")
        async with visit(reader, expects_trouble=True) as visitor:
            await ask_to_delete(visitor)
            await expect(visitor.page.get_by_text("1 conversation")).to_be_visible()
            await expect(visitor.button("Keep my account")).to_be_focused()
            await expect(visitor.button("Delete for good")).to_be_disabled()
            await visitor.page.get_by_label("Your password").fill("guessed-1")
            await visitor.page.get_by_label(SURE).check()
            await visitor.button("Delete for good").click()
            await expect(dialog(visitor).get_by_text("The current password is not right.")).to_be_visible()
            await visitor.page.get_by_label("Your password").fill(PASSWORD)
            await visitor.button("Delete for good").click()

            await expect(visitor.heading("Your account is deleted")).to_be_visible()
            await expect(
                visitor.page.get_by_text("Everything is erased. All services have confirmed it.")
            ).to_be_visible()
            await expect(visitor.page.get_by_text("Erased: 1 conversation")).to_be_visible()
            assert await faults_of(visitor, "receipt") == []
            cookies = await visitor.context.cookies(f"{visitor.site.auth.address}/auth/refresh")
            assert REFRESH_COOKIE not in {cookie["name"] for cookie in cookies}
            await visitor.page.get_by_role("link", name="Go to the sign-in page").click()
            await visitor.sign_in(reader.username)
            await expect(visitor.alert).to_contain_text("Incorrect username or password")
        assert (await reader.auth("GET", "/users/me")).status_code == 401

    async def test_does_not_happen_by_mistake(self, visitor: Visitor, reader: Person) -> None:
        await ask_to_delete(visitor)
        await visitor.page.keyboard.press("Escape")
        await expect(dialog(visitor)).to_be_hidden()
        await expect(visitor.button("Delete my account…")).to_be_focused()
        assert (await reader.auth("GET", "/users/me")).status_code == 200


class TestSections:
    async def test_are_reached_by_keyboard(self, visitor: Visitor) -> None:
        await show(visitor, "profile")
        for name in ("Password", "Devices", "Appearance", "My data"):
            link = visitor.page.get_by_role("navigation", name="Settings").get_by_role("link", name=name)
            await visitor.page.keyboard.press("Tab")
            while not await link.evaluate("element => element === document.activeElement"):
                await visitor.page.keyboard.press("Tab")
            await visitor.page.keyboard.press("Enter")
            await expect(visitor.page.get_by_role("heading", name=name, level=2)).to_be_visible()

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", VIEWPORTS)
    async def test_fit_and_are_accessible(self, visit: Visit, reader: Person, width: str, theme: str) -> None:
        await reader.auth("PATCH", "/users/me", json={"full_name": "Vera Rubin"})
        async with visit(reader, viewport=VIEWPORTS[width], color_scheme=theme) as visitor:
            faults: list[str] = []
            for section in SECTIONS:
                await show(visitor, section)
                faults += await faults_of(visitor, f"settings-{section}-{theme}-{width}")
            await ask_to_delete(visitor)
            faults += await faults_of(visitor, f"settings-deletion-{theme}-{width}")
            assert faults == []

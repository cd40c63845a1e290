"""API keys in the page: made, used by a program, seen in use, and deleted under it; in both themes, wide and narrow."""

import pytest
from playwright.async_api import Locator, expect
from support.browser import Visitor
from support.client import People, Person, assert_problem, ok
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

VIEWPORTS = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
BITE_SECONDS = 10.0
LONG_NAME = "The nightly report of everything that the whole department has asked since the day before"


def entry(visitor: Visitor, name: str) -> Locator:
    return visitor.page.get_by_role("region", name="Your API keys").get_by_role("listitem").filter(has_text=name)


def dialog(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("dialog")


def name_field(visitor: Visitor) -> Locator:
    return dialog(visitor).get_by_role("textbox", name="Name")


async def open_section(visitor: Visitor) -> None:
    await visitor.go("/settings/api-keys")
    await expect(visitor.heading("API keys")).to_be_visible()


def program_of(visitors: People, owner: Person, key: str) -> Person:
    return Person(visitors.http, visitors.stack, username=owner.username, user_id=owner.user_id, token=key)


class TestKeyboard:
    async def test_makes_a_key_that_no_slip_of_the_hand_takes_away(self, visitor: Visitor) -> None:
        keyboard = visitor.page.keyboard
        await open_section(visitor)
        await expect(visitor.page.get_by_text("You have no API keys yet.")).to_be_visible()
        await visitor.button("Create API key").focus()
        await keyboard.press("Enter")
        await expect(name_field(visitor)).to_be_focused()
        await keyboard.type("nightly report")
        await keyboard.press("Enter")
        field = visitor.page.get_by_label("API key “nightly report”")
        await expect(field).to_be_focused()
        key = await field.input_value()
        assert key.startswith("cvo_")
        selection = "element => element.value.slice(element.selectionStart, element.selectionEnd)"
        assert await field.evaluate(selection) == key
        await keyboard.press("Escape")
        await expect(field).to_be_visible()
        await dialog(visitor).get_by_role("button", name="Done").press("Enter")
        await expect(visitor.button("Create API key")).to_be_focused()
        await expect(entry(visitor, "nightly report")).to_contain_text("Never used")
        assert key not in await visitor.page.content()

    async def test_renames_and_deletes_a_key_that_a_program_uses(
        self, visitor: Visitor, reader: Person, visitors: People
    ) -> None:
        made = ok(await reader.auth("POST", "/api-keys/", json={"name": "nightly report", "scopes": ["chat"]}))
        program = program_of(visitors, reader, made["key"])
        conversation = await program.new_conversation(title="By a program")
        assert (await program.ask(conversation, "[[say]]At night"))["content"] == "At night"
        await open_section(visitor)
        await expect(entry(visitor, "nightly report")).to_contain_text("Last used")

        await visitor.button("Rename nightly report").press("Enter")
        await name_field(visitor).fill("weekly report")
        await visitor.page.keyboard.press("Enter")
        await expect(visitor.button("Rename weekly report")).to_be_focused()
        await visitor.button("Delete weekly report").press("Enter")
        await expect(dialog(visitor).get_by_role("button", name="Cancel")).to_be_focused()
        await dialog(visitor).get_by_role("button", name="Delete").press("Enter")
        await expect(entry(visitor, "weekly report")).to_have_count(0)
        await expect(visitor.page.get_by_role("region", name="Your API keys")).to_be_focused()

        async def is_refused() -> bool:
            return (await program.chat("GET", "/conversations/")).status_code == 401

        await eventually(is_refused, seconds=BITE_SECONDS)
        assert_problem(await program.chat("GET", "/conversations/"), 401, "invalid_api_key")


class TestSection:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", VIEWPORTS)
    async def test_fits_and_is_accessible(self, visit: Visit, visitors: People, width: str, theme: str) -> None:
        owner = await visitors.register()
        for name, scopes in ((LONG_NAME, ["chat", "analytics:read"]), ("backup", ["chat"])):
            ok(await owner.auth("POST", "/api-keys/", json={"name": name, "scopes": scopes}))
        async with visit(owner, viewport=VIEWPORTS[width], color_scheme=theme) as visitor:
            await open_section(visitor)
            await expect(entry(visitor, "backup")).to_be_visible()
            assert await visitor.page.locator(f"html[data-mantine-color-scheme={theme}]").count() == 1
            faults = await faults_of(visitor, f"api-keys-{theme}-{width}")
            await visitor.button("Create API key").click()
            await name_field(visitor).fill("one more")
            faults += await faults_of(visitor, f"api-keys-create-{theme}-{width}")
            await visitor.button("Create").click()
            await expect(visitor.page.get_by_label("API key “one more”")).to_be_visible()
            faults += await faults_of(visitor, f"api-keys-shown-{theme}-{width}")
            await visitor.button("Done").click()
            await visitor.button("Delete backup").click()
            await expect(dialog(visitor)).to_contain_text("will stop to work")
            faults += await faults_of(visitor, f"api-keys-delete-{theme}-{width}")
        assert faults == []

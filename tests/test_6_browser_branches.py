"""Branches in a real Chromium: edit, another answer, the rest of one, and the versions of a message, in two tabs."""

import pytest
from playwright.async_api import Locator, expect
from support.browser import Visitor
from support.client import Person
from support.page_fixtures import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")
LONG = "[[tokens=400]][[rate=20]]"


def versions(visitor: Visitor, number: int, most: int) -> Locator:
    return visitor.page.get_by_role("group", name=f"Version {number} of {most}")


async def edit(visitor: Visitor, number: int, text: str) -> None:
    """Puts another text in the place of one's message of that number, counted from 0."""
    await visitor.questions.nth(number).get_by_role("button", name="Edit message").click()
    field = visitor.page.get_by_role("textbox", name="Edit message")
    await field.fill(text)
    await field.press("Enter")


class TestVersions:
    async def test_of_a_message_are_made_gone_through_and_still_there_after_a_reload(
        self, visit: Visit, reader: Person
    ) -> None:
        conversation = await reader.new_conversation(title="Versions")
        await reader.ask(conversation, "[[say]]One")
        await reader.ask(conversation, "[[say]]Two")
        async with visit(reader) as visitor, visit(reader) as other:
            for one in (visitor, other):
                await one.go(f"/c/{conversation}")
                await expect(one.answers).to_have_count(2)
            await edit(visitor, 0, "[[say]]Uno")
            for one in (visitor, other):
                await expect(one.answers).to_have_count(1)
                await expect(one.answers).to_contain_text("Uno")
                await expect(versions(one, 2, 2)).to_be_visible()
            await versions(other, 2, 2).get_by_role("button", name="Version before").click()
            for one in (visitor, other):
                await expect(one.answers).to_have_count(2)
                await expect(one.answers.first).to_contain_text("One")
                await expect(versions(one, 1, 2)).to_be_visible()
            await visitor.page.reload()
            await expect(visitor.answers).to_have_count(2)
            await expect(versions(visitor, 1, 2)).to_be_visible()

    async def test_of_an_answer_are_made_and_the_conversation_goes_on_from_the_one_that_shows(
        self, visit: Visit, reader: Person
    ) -> None:
        conversation = await reader.new_conversation(title="Another answer")
        first = await reader.ask(conversation, "[[say]]First")
        async with visit(reader) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.answers.first.get_by_role("button", name="Another answer").click()
            await expect(versions(visitor, 2, 2)).to_be_visible()
            await versions(visitor, 2, 2).get_by_role("button", name="Version before").click()
            await expect(versions(visitor, 1, 2)).to_be_visible()
            await visitor.composer.fill("[[say]]Onwards")
            await visitor.composer.press("Enter")
            await expect(visitor.answers).to_have_count(2)
            await expect(visitor.answers.last).to_contain_text("Onwards")
        messages = await reader.messages(conversation)
        assert messages[2]["parent_id"] == messages[1]["id"] == first["id"]


class TestContinue:
    async def test_goes_on_with_an_answer_that_was_stopped(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation(title="Continue")
        async with visit(reader) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.composer.fill(LONG)
            await visitor.composer.press("Enter")
            await expect(visitor.answers).to_contain_text("word3")
            await visitor.button("Stop answer").click()
            await visitor.until_answer("stopped")
            (_, stopped) = await reader.messages(conversation)
            await visitor.button("Continue writing").click()
            await visitor.until_answer("complete")
            await expect(versions(visitor, 2, 2)).to_be_visible()
        (_, answer) = await reader.messages(conversation)
        assert answer["content"].startswith(stopped["content"])
        assert len(answer["content"]) > len(stopped["content"])


class TestKeyboard:
    async def test_alone_edits_and_goes_through_versions(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation(title="Keyboard")
        await reader.ask(conversation, "[[say]]One")
        async with visit(reader) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.questions.first.get_by_role("button", name="Edit message").focus()
            await visitor.page.keyboard.press("Enter")
            await expect(visitor.page.get_by_role("textbox", name="Edit message")).to_be_focused()
            await visitor.page.keyboard.press("Escape")
            await expect(visitor.page.get_by_role("textbox", name="Edit message")).to_have_count(0)
            await edit(visitor, 0, "[[say]]Uno")
            await expect(versions(visitor, 2, 2)).to_be_visible()
            before = versions(visitor, 2, 2).get_by_role("button", name="Version before")
            await expect(before).to_be_enabled()  # not while the answer is written
            await before.focus()
            await visitor.page.keyboard.press("Enter")
            await expect(versions(visitor, 1, 2)).to_be_visible()

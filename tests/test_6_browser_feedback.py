"""Thumbs up and down in a real Chromium: kept with a comment, shown in the other tab and after a reload."""

import pytest
from playwright.async_api import expect
from support.client import Person
from support.inspection import faults_of
from support.page_fixtures import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}


class TestFeedback:
    async def test_is_kept_and_shows_everywhere(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation(title="Feedback")
        await reader.ask(conversation, "[[say]]Lyon is the capital of France.")
        async with visit(reader) as visitor, visit(reader) as other:
            for one in (visitor, other):
                await one.go(f"/c/{conversation}")
                await one.until_connected()
                await expect(one.answer.get_by_role("button", name="Bad answer", pressed=False)).to_be_visible()
            await visitor.answer.get_by_role("button", name="Bad answer").click()
            await visitor.page.get_by_role("textbox", name="What was good or bad").fill("It is Paris.")
            await visitor.button("Save comment").click()
            await expect(visitor.button("Comment on this answer")).to_be_visible()
            await expect(other.answer.get_by_role("button", name="Bad answer", pressed=True)).to_be_visible()
            await visitor.page.reload()
            await expect(visitor.answer.get_by_role("button", name="Bad answer", pressed=True)).to_be_visible()
        _question, answer = await reader.messages(conversation)
        assert answer["feedback"] == {"rating": "down", "comment": "It is Paris."}

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_fits_and_is_accessible(self, visit: Visit, reader: Person, width: str, theme: str) -> None:
        conversation = await reader.new_conversation(title="Feedback")
        await reader.ask(conversation, "[[say]]Paris is the capital of France.")
        async with visit(reader, viewport=SIZES[width], color_scheme=theme) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.until_connected()
            await visitor.answer.get_by_role("button", name="Good answer").click()
            await visitor.page.get_by_role("textbox", name="What was good or bad").fill("Short and right.")
            await visitor.composer.hover()
            await expect(visitor.page.get_by_role("tooltip")).to_have_count(0)
            assert await faults_of(visitor, f"feedback-{theme}-{width}") == []

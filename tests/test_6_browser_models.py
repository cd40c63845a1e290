"""What the model sees and what it thinks, in a real Chromium."""

import json
from typing import Any

import pytest
from playwright.async_api import expect
from support.client import Person, unique_name
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.scripted_openai import ScriptedOpenAI
from support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
LONG = "word " * 1_000  # about 1,400 tokens: of the model's 4,096, which keep 500 for the answer, two fit
THOUGHT = "[[say]]<think>\nThey ask for **two** and two.\n</think>\n\nFour."


def asked(provider: ScriptedOpenAI, words: str) -> list[dict[str, Any]]:
    """What the model was asked about this."""
    return [request.body for request in provider.requests if words in json.dumps(request.body)]


async def long_conversation(reader: Person) -> str:
    conversation = await reader.new_conversation(title="A long conversation", model="scripted-small")
    for number in range(4):
        await reader.ask(conversation, f"[[say]]Answer {number}. {LONG if number < 3 else ''}")
    return conversation


class TestContext:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_shows_where_it_begins_and_how_full_it_is(
        self, visit: Visit, reader: Person, width: str, theme: str
    ) -> None:
        conversation = await long_conversation(reader)
        async with visit(reader, viewport=SIZES[width], color_scheme=theme) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.until_connected()
            line = visitor.page.get_by_text("The model no longer sees what is above.")
            await visitor.page.get_by_role("region", name="Messages").hover()

            async def has_come_into_view() -> bool:
                await visitor.page.mouse.wheel(0, -300)
                return await line.count() == 1

            await eventually(has_come_into_view)
            await visitor.page.get_by_role("meter", name="What the model can read").focus()
            await expect(visitor.page.get_by_role("tooltip")).to_contain_text("of 4,096 tokens")
            await line.scroll_into_view_if_needed()
            assert await faults_of(visitor, f"context-{theme}-{width}") == []

    async def test_what_is_too_long_comes_back_into_the_field(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation(model="scripted-small")
        text = "word " * 3_000
        async with visit(reader) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.until_connected()
            await visitor.say(text)
            await expect(visitor.alert).to_contain_text("tokens; the model reads at most 3,")
            await expect(visitor.composer).to_have_value(text.strip())
            await expect(visitor.questions).to_have_count(0)
            await visitor.say("[[say]]Short.")
            assert await visitor.until_answer("complete") == "Short."


class TestReasoning:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_is_folded_above_the_answer_live_and_after_a_reload(
        self, visit: Visit, reader: Person, width: str, theme: str
    ) -> None:
        conversation = await reader.new_conversation(title="Thoughts")
        async with visit(reader, viewport=SIZES[width], color_scheme=theme) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.until_connected()
            await visitor.say(THOUGHT)
            await visitor.until_answer("complete")
            for _ in ("live", "after a reload"):
                summary = visitor.answer.locator("summary")
                await expect(summary).to_contain_text("Thought for")
                await expect(visitor.answer.locator("strong")).to_have_count(0)
                await summary.click()
                await expect(visitor.answer.locator("strong")).to_have_text("two")
                await expect(visitor.answer).to_contain_text("Four.")
                if _ == "live":
                    await visitor.page.reload()
                    await visitor.until_connected()
            assert await faults_of(visitor, f"thoughts-{theme}-{width}") == []

    async def test_the_model_does_not_get_it_again(
        self, visit: Visit, reader: Person, provider: ScriptedOpenAI
    ) -> None:
        conversation, mark = await reader.new_conversation(), unique_name()
        await reader.ask(conversation, f"[[say]]<think>A secret.</think>Four {mark}.")
        await reader.ask(conversation, "[[say]]And now?")

        _, second = asked(provider, mark)
        assert [message["content"] for message in second["messages"] if message["role"] == "assistant"] == [
            f"Four {mark}."
        ]

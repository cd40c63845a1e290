"""A chat that is never stored, in a real Chromium: streamed, stopped, gone with the page, and nowhere else."""

import re
from typing import Any

import pytest
from playwright.async_api import expect
from support.browser import SIGNED_IN_KEY, Visitor
from support.client import Person
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.scripted_openai import ScriptedOpenAI

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
STORED_BY_PAGE = """() => [...Object.entries(localStorage), ...Object.entries(sessionStorage)]"""
MARKDOWN = "Bees see **ultraviolet**:\n\n| flower | seen |\n|---|---|\n| daisy | yes |\n\n```python\nprint('bzz')\n```"


def notice(visitor: Visitor) -> Any:
    return visitor.page.get_by_text("Nothing of this chat is kept")


async def begin(visitor: Visitor) -> None:
    await visitor.go()
    await visitor.page.get_by_role("link", name="Temporary chat").click()
    await expect(visitor.page).to_have_url(re.compile("/temporary$"))
    await expect(visitor.composer).to_be_focused()
    await expect(notice(visitor)).to_be_visible()


class TestTemporaryChat:
    async def test_streams_answers_and_is_gone_after_a_reload(
        self, visitor: Visitor, reader: Person, provider: ScriptedOpenAI
    ) -> None:
        await begin(visitor)
        await visitor.say("[[tokens=60]][[pause=30]] The secret is 4711")
        await expect(visitor.answer).to_have_attribute("data-status", "streaming")
        await expect(visitor.answer.locator("[class*=prose]")).to_contain_text("word30")
        provider.go_on()
        await visitor.until_answer("complete")
        await visitor.say("[[echo_context]] And now?")
        assert "The secret is 4711" in await visitor.until_answer("complete")
        stored = dict(await visitor.page.evaluate(STORED_BY_PAGE))
        assert stored.pop(SIGNED_IN_KEY)
        assert "4711" not in str(stored)
        assert await reader.conversations() == []
        visitor.may_leave = True
        await visitor.page.reload()
        await expect(notice(visitor)).to_be_visible()
        await expect(visitor.page.get_by_role("article")).to_have_count(0)
        assert visitor.times_asked_to_leave == 1
        await expect(visitor.tiles).to_have_count(0)
        found = await reader.chat("GET", "/search", params={"q": "secret"})
        assert found.json() == []

    async def test_stops_and_goes_on(self, visitor: Visitor, reader: Person) -> None:
        await begin(visitor)
        await visitor.say("[[tokens=2000]][[rate=20]] Count")
        await expect(visitor.answer.locator("[class*=prose]")).to_be_visible()
        await visitor.button("Stop answer").click()
        begun = await visitor.until_answer("stopped")
        assert begun
        await visitor.say("[[say]]Here I am.")
        assert await visitor.until_answer("complete") == "Here I am."
        assert await reader.conversations() == []
        visitor.may_leave = True

    async def test_says_what_failed_and_asks_again(self, visit: Visit, reader: Person) -> None:
        async with visit(reader, expects_trouble=True) as visitor:
            await begin(visitor)
            await visitor.say("[[cut=5]][[times=1]][[tokens=10]] Try")
            await visitor.until_answer("failed")
            await visitor.answer.get_by_role("button", name="Ask again").click()
            await visitor.until_answer("complete")
            await expect(visitor.answers).to_have_count(1)

    async def test_ends_with_the_sign_out(self, visitor: Visitor, reader: Person) -> None:
        await begin(visitor)
        await visitor.say("[[say]]Only for you.")
        await visitor.until_answer("complete")
        await visitor.choose("Account", "Sign out")
        await expect(visitor.button("Sign in")).to_be_visible()
        await visitor.sign_in(reader.username)
        await visitor.page.get_by_role("link", name="Temporary chat").click()
        await expect(notice(visitor)).to_be_visible()
        await expect(visitor.page.get_by_role("article")).to_have_count(0)

    async def test_is_reached_by_the_palette(self, visitor: Visitor) -> None:
        await visitor.go()
        await expect(visitor.button("Account")).to_be_visible()
        await visitor.page.keyboard.press("Control+K")
        await visitor.page.get_by_role("textbox", name="Search conversations, messages and actions").fill("tempor")
        await visitor.page.get_by_role("dialog").get_by_role("button", name="Temporary chat").click()
        await expect(notice(visitor)).to_be_visible()

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_fits_and_is_accessible(self, visit: Visit, reader: Person, width: str, theme: str) -> None:
        async with visit(reader, viewport=SIZES[width], color_scheme=theme) as visitor:
            await visitor.go("/temporary")
            await expect(notice(visitor)).to_be_visible()
            await expect(visitor.button("Model: gpt-4")).to_be_visible()
            faults = await faults_of(visitor, f"temporary-empty-{theme}-{width}")
            await visitor.say(f"[[say]]{MARKDOWN}")
            await visitor.until_answer("complete")
            await expect(visitor.answer.get_by_role("table")).to_be_visible()
            assert faults + await faults_of(visitor, f"temporary-{theme}-{width}") == []

"""A long history in a real Chromium: only what is near the view is drawn, and nothing of use is lost by that."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect
from support.browser import Visitor
from support.client import Person, people_of
from support.page_fixtures import Visit
from support.stack import Stack
from support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

TURNS = 130  # more messages than are drawn whole
PLACE_PX = 4  # rounding


@dataclass(frozen=True)
class History:
    person: Person
    path: str


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def history(page_stack: Stack) -> AsyncIterator[History]:
    """Somebody with a conversation of many messages, which no test adds to."""
    async with people_of(page_stack) as people:
        person = await people.register()
        conversation = await person.new_conversation(title="Long")
        for number in range(1, TURNS + 1):
            await person.ask(conversation, f"[[say]]Answer {number}\n\n{'And more to it. ' * (number % 40)}")
        yield History(person, f"/c/{conversation}")


def scroller(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("region", name="Messages")


async def scroll_by(visitor: Visitor, pixels: int) -> None:
    await scroller(visitor).evaluate("(element, pixels) => element.scrollBy(0, pixels)", pixels)


async def distance_to_end(visitor: Visitor) -> float:
    found = await scroller(visitor).evaluate("(one) => one.scrollHeight - one.clientHeight - one.scrollTop")
    return float(found)


async def load_all(visitor: Visitor) -> None:
    """Scroll up until there is nothing before."""

    async def is_at_beginning() -> bool:
        await scroll_by(visitor, -3000)
        is_shown = await visitor.page.get_by_text("This is the beginning of the conversation.").is_visible()
        # What came before moves the view down once more.
        return is_shown and await scroller(visitor).evaluate("(one) => one.scrollTop") == 0

    await eventually(is_at_beginning)


class TestLongHistory:
    async def test_opens_at_its_end(self, visit: Visit, history: History) -> None:
        async with visit(history.person) as visitor:
            await visitor.go(history.path)
            await expect(visitor.answer).to_contain_text(f"Answer {TURNS}")
            await expect(visitor.answer).to_be_in_viewport()
            await eventually(lambda: is_near_end(visitor))

    async def test_loads_what_came_before_when_one_scrolls_up_and_keeps_the_place(
        self, visit: Visit, history: History
    ) -> None:
        async with visit(history.person) as visitor:
            await visitor.go(history.path)
            await expect(visitor.answer).to_contain_text(f"Answer {TURNS}")
            oldest = visitor.answers.first
            await oldest.scroll_into_view_if_needed()
            name = (await oldest.inner_text()).split("\n")[0]
            there = visitor.answers.filter(has_text=name).first
            before = await there.bounding_box()
            earlier = int(name.split()[1]) - 1
            await expect(visitor.answers.filter(has_text=f"Answer {earlier}").first).to_be_attached()
            after = await there.bounding_box()
            assert before is not None
            assert after is not None
            assert abs(after["y"] - before["y"]) <= PLACE_PX

    async def test_is_drawn_in_part_and_says_how_much_there_is(self, visit: Visit, history: History) -> None:
        async with visit(history.person) as visitor:
            await visitor.go(history.path)
            await expect(visitor.answer).to_contain_text(f"Answer {TURNS}")
            await expect(visitor.answer).to_have_attribute("aria-setsize", "-1")
            await load_all(visitor)
            first = visitor.questions.first
            await expect(first).to_have_attribute("aria-posinset", "1")
            await expect(first).to_have_attribute("aria-setsize", str(2 * TURNS))
            assert await visitor.page.get_by_role("feed").get_by_role("article").count() < TURNS
            await visitor.button("Go to the newest message").click()
            await expect(visitor.answer).to_contain_text(f"Answer {TURNS}")
            await expect(visitor.answer).to_have_attribute("aria-posinset", str(2 * TURNS))
            await eventually(lambda: is_near_end(visitor))

    async def test_keeps_the_focus_and_what_is_being_edited_when_it_is_scrolled_away(
        self, visit: Visit, history: History
    ) -> None:
        async with visit(history.person) as visitor:
            await visitor.go(history.path)
            await load_all(visitor)
            await visitor.questions.first.get_by_role("button", name="Edit message").press("Enter")
            field = visitor.page.get_by_role("textbox", name="Edit message")
            await field.fill("Half a thought")
            await scroll_by(visitor, 10**7)
            await expect(visitor.answers.filter(has_text=f"Answer {TURNS}").first).to_be_in_viewport()
            await expect(field).to_be_focused()
            await visitor.answers.last.get_by_role("button", name="Copy answer").focus()
            await expect(field).to_have_value("Half a thought")


async def is_near_end(visitor: Visitor) -> bool:
    return await distance_to_end(visitor) < PLACE_PX


class TestWrittenAnswer:
    LONG = "[[tokens=600]][[rate=150]]"

    async def test_is_followed_while_one_is_at_the_end_and_left_alone_otherwise(
        self, visit: Visit, reader: Person
    ) -> None:
        conversation = await reader.new_conversation(title="Followed")
        async with visit(reader, viewport={"width": 390, "height": 600}) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.say(self.LONG)
            await expect(visitor.answer).to_contain_text("word200 ")
            await eventually(lambda: is_near_end(visitor))
            await scroll_by(visitor, -200)
            await expect(visitor.button("Go to the newest message")).to_be_visible()
            place = await scroller(visitor).evaluate("(element) => element.scrollTop")
            await visitor.until_answer("complete")
            assert await scroller(visitor).evaluate("(element) => element.scrollTop") == place
            await visitor.button("Go to the newest message").click()
            await eventually(lambda: is_near_end(visitor))

    async def test_can_be_clicked_while_it_is_written(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation(title="Clicked")
        async with visit(reader) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.say(self.LONG)
            await expect(visitor.answer).to_contain_text("word20 ")
            assert await visitor.answer.evaluate("(one) => getComputedStyle(one).pointerEvents") == "auto"
            await visitor.button("Stop answer").click()
            await visitor.until_answer("stopped")

"""The page by keys in a real Chromium: the palette that finds and goes, the help sheet, and from message to message."""

import re

import pytest
from playwright.async_api import Locator, expect
from support.browser import Visitor
from support.client import People, Person
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

TURNS = 60  # more than one page of the history


def palette_field(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("textbox", name="Search conversations, messages and actions")


async def open_palette(visitor: Visitor) -> None:
    await expect(visitor.button("Account")).to_be_visible()
    await expect(palette_field(visitor)).to_have_count(0)
    await visitor.page.keyboard.press("Control+K")
    await expect(palette_field(visitor)).to_be_focused()


def entry(visitor: Visitor, text: str) -> Locator:
    return visitor.page.get_by_role("dialog").get_by_role("button").filter(has_text=text)


async def is_chosen_by_arrow(visitor: Visitor, sought: Locator) -> bool:
    await visitor.page.keyboard.press("ArrowDown")
    return await sought.get_attribute("data-selected") is not None


class TestPalette:
    async def test_opens_a_conversation_by_its_title(self, visitor: Visitor, reader: Person) -> None:
        sought = await reader.new_conversation(title="Notes on beekeeping")
        await reader.new_conversation(title="Something else")
        await visitor.go()
        await open_palette(visitor)
        await palette_field(visitor).fill("beekee")
        await expect(entry(visitor, "Something else")).to_have_count(0)
        await expect(entry(visitor, "Notes on beekeeping")).to_be_visible()
        await visitor.page.keyboard.press("ArrowDown")
        await visitor.page.keyboard.press("Enter")
        await expect(visitor.page).to_have_url(re.compile(sought))
        await expect(palette_field(visitor)).to_have_count(0)

    async def test_finds_a_message_far_back_and_leads_to_it(self, visitor: Visitor, reader: Person) -> None:
        conversation = await reader.new_conversation(title="A long talk")
        await reader.ask(conversation, "[[say]]The zephyr blows from the **west**, <b>gently</b>.")
        for number in range(TURNS):
            await reader.ask(conversation, f"[[say]]Answer {number}")
        await visitor.go()
        await open_palette(visitor)
        await palette_field(visitor).fill("zephyr west")
        found = entry(visitor, "A long talk").filter(has_text="Assistant")
        await expect(found.locator("mark").first).to_have_text("zephyr")
        await expect(found).to_contain_text("<b>gently</b>")
        await found.click()
        await expect(visitor.page).to_have_url(re.compile(f"{conversation}.message="))
        message = visitor.answers.filter(has_text="zephyr")
        await expect(message).to_be_in_viewport()
        await expect(visitor.button("Go to the newest message")).to_be_visible()

    async def test_leads_to_a_message_in_another_branch(self, visitor: Visitor, reader: Person) -> None:
        conversation = await reader.new_conversation(title="Branches")
        await reader.ask(conversation, "[[say]]The first quagga")
        await visitor.go(f"/c/{conversation}")
        await visitor.questions.first.get_by_role("button", name="Edit message").click()
        field = visitor.page.get_by_role("textbox", name="Edit message")
        await field.fill("[[say]]Another animal")
        await field.press("Enter")
        await expect(visitor.answers).to_contain_text("Another animal")
        await visitor.until_answer("complete")
        await open_palette(visitor)
        await palette_field(visitor).fill("quagga")
        await entry(visitor, "Branches").filter(has_text="Assistant").click()
        await expect(visitor.answers).to_contain_text("The first quagga")

    async def test_says_when_nothing_is_found_and_when_a_message_is_gone(
        self, visitor: Visitor, reader: Person
    ) -> None:
        conversation = await reader.new_conversation(title="Kept")
        await visitor.go(f"/c/{conversation}")
        await open_palette(visitor)
        await palette_field(visitor).fill("xylophonic")
        await expect(visitor.page.get_by_text("Nothing has these words.")).to_be_visible()
        await visitor.page.keyboard.press("Escape")
        await expect(palette_field(visitor)).to_have_count(0)

    async def test_does_what_the_page_can_do(self, visitor: Visitor) -> None:
        await visitor.go()
        await open_palette(visitor)
        await palette_field(visitor).fill("dark")
        await entry(visitor, "Dark theme").click()
        await expect(visitor.page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
        await open_palette(visitor)
        await palette_field(visitor).fill("settings")
        await entry(visitor, "Settings").click()
        await expect(visitor.page).to_have_url(re.compile("/settings"))

    async def test_offers_the_administration_to_whom_it_is_open(
        self, visit: Visit, visitors: People, reader: Person
    ) -> None:
        for person, count in ((reader, 0), (await visitors.admin(), 1)):
            async with visit(person) as visitor:
                await visitor.go()
                await expect(visitor.page.get_by_role("heading", name="Hello, ")).to_be_visible()
                await open_palette(visitor)
                await expect(entry(visitor, "Keyboard shortcuts")).to_be_visible()
                await expect(entry(visitor, "Administration")).to_have_count(count)

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("width", [1440, 390])
    async def test_fits_and_is_accessible(self, visit: Visit, reader: Person, scheme: str, width: int) -> None:
        conversation = await reader.new_conversation(title="About the weather")
        await reader.ask(conversation, "[[say]]The weather is fair, and will stay so for the rest of the week.")
        async with visit(reader, color_scheme=scheme, viewport={"width": width, "height": 800}) as visitor:
            await visitor.go()
            await visitor.choose("Account", "Find and go")
            await palette_field(visitor).fill("weather")
            await expect(entry(visitor, "Assistant").locator("mark")).to_be_visible()
            assert await faults_of(visitor, f"palette-{width}-{scheme}") == []
            await eventually(lambda: is_chosen_by_arrow(visitor, entry(visitor, "Assistant")))
            assert await faults_of(visitor, f"palette-chosen-{width}-{scheme}") == []


class TestShortcuts:
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    async def test_are_told_in_a_sheet(self, visit: Visit, reader: Person, scheme: str) -> None:
        async with visit(reader, color_scheme=scheme) as visitor:
            await visitor.go()
            await visitor.composer.press("?")
            await expect(visitor.composer).to_have_value("?")
            await visitor.page.get_by_role("heading", name="Hello, ").click()
            await visitor.page.keyboard.press("?")
            sheet = visitor.page.get_by_role("dialog", name="Keyboard shortcuts")
            await expect(sheet).to_contain_text("To the message before")
            assert await faults_of(visitor, f"shortcuts-{scheme}") == []
            await visitor.page.keyboard.press("Escape")
            await expect(sheet).to_have_count(0)
            await visitor.choose("Account", "Keyboard shortcuts")
            await expect(sheet).to_be_visible()

    async def test_begin_a_conversation_and_lead_from_message_to_message(
        self, visitor: Visitor, reader: Person
    ) -> None:
        conversation = await reader.new_conversation(title="Steps")
        await reader.ask(conversation, "[[say]]One")
        await reader.ask(conversation, "[[say]]Two")
        await visitor.go(f"/c/{conversation}")
        await expect(visitor.answers).to_have_count(2)
        await expect(visitor.composer).to_be_focused()
        await visitor.page.keyboard.press("Alt+ArrowUp")
        await expect(visitor.answers.last).to_be_focused()
        await visitor.page.keyboard.press("Alt+ArrowUp")
        await expect(visitor.questions.last).to_be_focused()
        await visitor.page.keyboard.press("Alt+ArrowDown")
        await expect(visitor.answers.last).to_be_focused()
        await visitor.page.keyboard.press("Shift+Escape")
        await expect(visitor.composer).to_be_focused()
        await visitor.page.keyboard.press("Control+Shift+O")
        await expect(visitor.page).not_to_have_url(re.compile(conversation))

    async def test_stop_an_answer_with_escape(self, visitor: Visitor, reader: Person) -> None:
        conversation = await reader.new_conversation(title="Stopped")
        await visitor.go(f"/c/{conversation}")
        await visitor.say("[[tokens=400]][[rate=20]]")
        await expect(visitor.answer).to_contain_text("word3")
        await visitor.composer.press("Escape")
        await visitor.until_answer("stopped")


class TestMessageActions:
    async def test_show_at_the_message_under_the_mouse_and_where_the_focus_is(
        self, visitor: Visitor, reader: Person
    ) -> None:
        conversation = await reader.new_conversation(title="Hover")
        await reader.ask(conversation, "[[say]]One")
        await reader.ask(conversation, "[[say]]Two")
        await visitor.go(f"/c/{conversation}")
        await expect(visitor.answers).to_have_count(2)
        first = visitor.answers.first.get_by_role("button", name="Copy answer")
        last = visitor.answers.last.get_by_role("button", name="Copy answer")
        await expect(last).to_have_css("opacity", "1")
        await expect(first).to_have_css("opacity", "0")
        await visitor.answers.first.hover()
        await expect(first).to_have_css("opacity", "1")
        await visitor.composer.hover()
        await expect(first).to_have_css("opacity", "0")
        await first.focus()
        await expect(first).to_have_css("opacity", "1")

    async def test_always_show_on_touch(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation(title="Touch")
        await reader.ask(conversation, "[[say]]One")
        await reader.ask(conversation, "[[say]]Two")
        async with visit(reader, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}) as visitor:
            await visitor.go(f"/c/{conversation}")
            first = visitor.answers.first.get_by_role("button", name="Copy answer")
            await expect(first).to_have_css("opacity", "1")
            box = await first.bounding_box()
            assert box is not None
            assert box["height"] >= 34

"""What the model sees, what it thinks, and personas, in a real Chromium."""

import json
from typing import Any

import pytest
from playwright.async_api import expect
from support.browser import Visitor
from support.client import People, Person, ok, unique_name
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.scripted_openai import ScriptedOpenAI
from support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
LONG = "word " * 1_000  # about 1,400 tokens: of the model's 4,096, which keep 500 for the answer, two fit
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
THOUGHT = "[[say]]<think>\nThey ask for **two** and two.\n</think>\n\nFour."


def asked(provider: ScriptedOpenAI, words: str) -> list[dict[str, Any]]:
    """What the model was asked about this."""
    return [request.body for request in provider.requests if words in json.dumps(request.body)]


async def long_conversation(reader: Person) -> str:
    conversation = await reader.new_conversation(title="A long conversation", model="scripted-small")
    for number in range(4):
        await reader.ask(conversation, f"[[say]]Answer {number}. {LONG if number < 3 else ''}")
    return conversation


# What a finger has to meet at the head of the page and is smaller than 44 pixels, and what is cut off there.
FIND_CRAMPED = """() => {
  const [bar, header] = ["main [class*=_bar_]", "main [class*=_header_]"].map((one) => document.querySelector(one));
  const targets = [bar, header].flatMap((part) => [...part.querySelectorAll("button, [role=meter]")]);
  const isSmall = (one) => one.offsetWidth < 44 || one.offsetHeight < 44;
  const parts = [...header.querySelectorAll("*")].filter((one) => one.checkVisibility() && one.clientHeight > 1);
  const isCut = (one) => one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1;
  return [...targets.filter(isSmall), ...parts.filter(isCut)].map((one) => one.outerHTML.slice(0, 160));
}"""


class TestHeader:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("persona", [None, "Editor"])
    async def test_has_room_for_all_on_a_phone(
        self, visit: Visit, visitors: People, persona: str | None, theme: str
    ) -> None:
        person = await visitors.register(roles=["user", "admin"])  # who has the most buttons
        body = {"name": "Editor", "system_prompt": "Be brief."}
        made = ok(await person.chat("POST", "/personas/", json=body))
        title = "A weekend by the sea"
        chosen = {"persona_id": made["id"]} if persona else {}
        conversation = await person.new_conversation(title=title, model="scripted-small", **chosen)
        await person.ask(conversation, "[[say]]Gladly.")
        async with visit(person, viewport=SIZES["narrow"], color_scheme=theme) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.until_connected()
            await expect(visitor.button("Analytics")).to_be_visible()
            await expect(visitor.page.get_by_role("meter")).to_be_visible()
            await expect(visitor.button(f"Persona: {persona or 'none'}")).to_be_visible()
            await expect(visitor.heading(title)).to_be_visible()
            assert await visitor.page.evaluate(FIND_CRAMPED) == []
            assert await faults_of(visitor, f"header-{persona or 'no-persona'}-{theme}") == []


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
            region = visitor.page.get_by_role("region", name="Messages")
            await expect(visitor.answer).to_contain_text("Answer 3")
            await region.hover()
            step = -200

            async def has_come_into_view() -> bool:
                nonlocal step
                await visitor.page.mouse.wheel(0, step)
                await visitor.page.evaluate(TWO_FRAMES)  # or the next turn of the wheel could leave it behind unseen
                step = abs(step) if await region.evaluate("(element) => element.scrollTop === 0") else step
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


async def fill_in(visitor: Visitor, name: str, instructions: str) -> None:
    dialog = visitor.page.get_by_role("dialog")
    await dialog.get_by_role("textbox", name="Name").fill(name)
    await dialog.get_by_role("textbox", name="Description").fill("Speaks of the sea.")
    await dialog.get_by_role("textbox", name="Instructions").fill(instructions)
    await dialog.get_by_role("combobox", name="Model").select_option("scripted-small")
    await dialog.get_by_role("textbox", name="Temperature").fill("1.3")


class TestPersonas:
    async def test_one_is_made_and_begins_a_conversation(
        self, visit: Visit, reader: Person, provider: ScriptedOpenAI
    ) -> None:
        name, instructions = unique_name(), f"You are a pirate, {unique_name()}."
        async with visit(reader) as visitor:
            await visitor.go("/settings/personas")
            await visitor.button("New persona").click()
            await fill_in(visitor, name, instructions)
            await visitor.button("Create").click()
            await expect(visitor.page.get_by_role("region", name="Personas")).to_contain_text("Temperature: 1.3")
            await visitor.go("/")
            await visitor.button("Persona: none").click()
            await visitor.page.get_by_role("menuitem", name=name).click()
            await expect(visitor.button("Model: scripted-small")).to_be_visible()
            await visitor.say("[[say]]Ahoy")
            assert await visitor.until_answer("complete") == "Ahoy"
            await expect(visitor.button(f"Persona: {name}")).to_be_visible()
            await visitor.button(f"Persona: {name}").click()
            await visitor.page.get_by_role("menuitem", name="No persona").click()
            await expect(visitor.button("Persona: none")).to_be_visible()

        request = next(body for body in asked(provider, instructions) if body["messages"][-1]["role"] == "user")
        assert request["messages"][0] == {"role": "system", "content": instructions}
        assert (request["model"], request["temperature"]) == ("scripted-small", 1.3)

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_an_admin_shares_one_and_all_can_choose_it(
        self, visit: Visit, visitors: People, reader: Person, width: str, theme: str
    ) -> None:
        admin, name = await visitors.register(roles=["user", "admin"]), unique_name()
        look = {"viewport": SIZES[width], "color_scheme": theme}
        async with visit(admin, **look) as visitor:
            await visitor.go("/settings/personas")
            await visitor.button("New persona").click()
            await fill_in(visitor, name, "You are a pirate.")
            await visitor.page.get_by_role("checkbox").check()
            assert await faults_of(visitor, f"persona-dialog-{theme}-{width}") == []
            await visitor.button("Create").click()
            await expect(visitor.button(f"Change {name}")).to_be_visible()
        await reader.chat("POST", "/personas/", json={"name": "My own", "description": "For letters."})
        async with visit(reader, **look) as visitor:
            await visitor.go("/settings/personas")
            await expect(visitor.page.get_by_text(name, exact=True)).to_be_visible()
            await expect(visitor.button(f"Change {name}")).to_have_count(0)
            assert await faults_of(visitor, f"personas-{theme}-{width}") == []
            await visitor.go("/")
            await visitor.button("Persona: none").click()
            await expect(visitor.page.get_by_role("menuitem", name=name)).to_be_visible()
            assert await faults_of(visitor, f"persona-menu-{theme}-{width}") == []
        shared = next(one for one in ok(await admin.chat("GET", "/personas/")) if one["name"] == name)
        ok(await admin.chat("DELETE", f"/personas/{shared['id']}"))

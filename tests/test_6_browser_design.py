"""How the page looks and is used: in both themes, wide and narrow, by keyboard, and by those who do not see it."""

from dataclasses import dataclass

import pytest
import pytest_asyncio
from playwright.async_api import FloatRect, expect
from support.browser import Visitor
from support.client import People, Person, ok
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.scenes import (
    TITLE,
    Scene,
    furnish,
    hide_scripts,
    show_analytics,
    show_chat,
    show_dialog,
    show_list,
    show_menu,
    show_not_found,
    show_register,
    show_sign_in,
    show_welcome,
)
from support.scripted_openai import ScriptedOpenAI
from support.waiting import eventually

pytestmark = pytest.mark.asyncio(loop_scope="session")

VIEWPORTS = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}


@dataclass(frozen=True)
class Cast:
    """Two people with something to look at: `admin` may see the analytics."""

    reader: Person
    readers_conversation: str
    admin: Person
    admins_conversation: str


@pytest_asyncio.fixture(loop_scope="session")
async def cast(visitors: People) -> Cast:
    reader, admin = await visitors.register(), await visitors.register(roles=["user", "admin"])
    gone = await visitors.register()
    ok(await admin.auth("PUT", f"/users/{gone.username}/roles", json={"roles": ["user", "manager"]}))
    ok(await admin.auth("DELETE", f"/users/{gone.username}"))
    return Cast(reader, await furnish(reader), admin, await furnish(admin))


def show_unfolded(path: str, name: str, words: str) -> Scene:
    """A section that lists what folds, with one of its entries unfolded."""

    async def show(visitor: Visitor) -> None:
        await visitor.go(path)
        entry = visitor.page.get_by_role("list", name=name).locator("> li").filter(has_text=words).first
        await entry.locator("summary").click()
        await expect(entry.locator("dl")).to_be_visible()

    return show


show_audit_trail = show_unfolded("/admin/audit", "Audit trail", "changed the roles of")
show_erasures = show_unfolded("/admin/erasures", "Erasures", "Complete")


class TestPages:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", VIEWPORTS)
    async def test_fit_and_are_accessible(self, visit: Visit, cast: Cast, width: str, theme: str) -> None:
        options = {"viewport": VIEWPORTS[width], "color_scheme": theme}
        scenes: list[tuple[Person | None, dict[str, Scene]]] = [
            (None, {"sign-in": show_sign_in, "register": show_register, "not-found": show_not_found}),
            (cast.reader, {"welcome": show_welcome, "menu": show_menu, "dialog": show_dialog}),
            (cast.reader, {"chat": show_chat(cast.readers_conversation)}),
            (cast.admin, {"analytics": show_analytics(cast.admins_conversation)}),
            (cast.admin, {"audit-trail": show_audit_trail, "erasures": show_erasures}),
        ]
        faults: list[str] = []
        for person, shown in scenes:
            async with visit(person, **options) as visitor:
                await hide_scripts(visitor)
                for name, show in shown.items():
                    await show(visitor)
                    assert await visitor.page.locator(f"html[data-mantine-color-scheme={theme}]").count() == 1
                    faults += await faults_of(visitor, f"{name}-{theme}-{width}")
        assert faults == []


class TestNarrowPage:
    async def test_has_its_list_in_a_drawer(self, visit: Visit, cast: Cast) -> None:
        async with visit(cast.reader, viewport=VIEWPORTS["narrow"]) as visitor:
            await show_welcome(visitor)
            await expect(visitor.tiles).to_have_count(0)
            await show_list(visitor)
            drawer = visitor.page.get_by_role("dialog", name="Conversation list")
            box = await drawer.bounding_box()
            assert box is not None
            assert box["width"] <= 300
            await visitor.tiles.filter(has_text=TITLE).get_by_role("link").click()
            await expect(drawer).to_be_hidden()
            await expect(visitor.heading(TITLE)).to_be_visible()

    async def test_shows_analytics_over_the_full_width(self, visit: Visit, cast: Cast) -> None:
        async with visit(cast.admin, viewport=VIEWPORTS["narrow"]) as visitor:
            await show_analytics(cast.admins_conversation)(visitor)
            panel = visitor.page.get_by_role("complementary", name="Analytics")

            async def is_over_the_whole_page() -> bool:
                return await panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}

            await eventually(is_over_the_whole_page)  # it slides in
            await visitor.button("Close analytics").click()
            await expect(visitor.composer).to_be_visible()

    async def test_becomes_wide_with_the_window(self, visit: Visit, cast: Cast) -> None:
        async with visit(cast.reader, viewport={"width": 767, "height": 900}) as visitor:
            await show_welcome(visitor)
            await expect(visitor.button("Open conversations")).to_be_visible()
            await visitor.page.set_viewport_size({"width": 768, "height": 900})
            sidebar = visitor.page.get_by_role("navigation", name="Conversation list")
            await expect(sidebar).to_be_visible()
            box = await sidebar.bounding_box()
            assert box is not None
            assert box["width"] == 300

    async def test_keeps_what_is_long_within_the_window(self, visit: Visit, reader: Person) -> None:
        long = "Donaudampfschifffahrt" * 9
        await reader.auth("PATCH", "/users/me", json={"full_name": long})
        conversation = await reader.new_conversation(title=long)
        columns = "|".join(f" column {number} " for number in range(20))
        ruler = "|".join("---" for _ in range(20))
        answer = f"{long}\n\n`{long}`\n\n# {long}\n\n```text\n{long}\n```\n\n|{columns}|\n|{ruler}|\n|{columns}|"
        await reader.ask(conversation, f"[[say]]{answer}")
        async with visit(reader, viewport=VIEWPORTS["narrow"]) as visitor:
            await visitor.go("/")
            await expect(visitor.heading(f"Hello, {long}")).to_be_visible()
            assert await faults_of(visitor, "long-welcome") == []
            await visitor.go(f"/c/{conversation}")
            await visitor.until_answer("complete")
            assert await faults_of(visitor, "long-chat") == []
            await visitor.button("Open conversations").click()
            await expect(visitor.tiles).to_have_count(1)
            assert await faults_of(visitor, "long-list") == []


class TestTheme:
    async def test_is_chosen_and_follows_the_person_to_another_browser(self, visit: Visit, cast: Cast) -> None:
        dark = "html[data-mantine-color-scheme=dark]"
        async with visit(cast.reader) as visitor:
            await visitor.go()
            async with visitor.page.expect_response(lambda response: response.request.method == "PATCH"):
                await visitor.choose("Account", "Dark")
            await expect(visitor.page.locator(dark)).to_be_attached()
            await visitor.page.reload()
            await expect(visitor.page.locator(dark)).to_be_attached()
        async with visit(cast.reader) as visitor:
            await visitor.go()
            await expect(visitor.page.locator(dark)).to_be_attached()


# The name of what has the focus, and whether its surroundings look different without it.
NAME_OF_FOCUSED = "(document.activeElement.ariaLabel ?? document.activeElement.innerText).split('\\n')[0].trim()"
MARGIN = 8


async def is_focus_marked(visitor: Visitor) -> bool:
    page, focused = visitor.page, visitor.page.locator("*:focus")
    box = await focused.bounding_box()
    assert box is not None
    clip = FloatRect(
        x=max(box["x"] - MARGIN, 0),
        y=max(box["y"] - MARGIN, 0),
        width=box["width"] + 2 * MARGIN,
        height=box["height"] + 2 * MARGIN,
    )
    element = await focused.element_handle()
    with_focus = await page.screenshot(clip=clip, animations="disabled")
    await element.evaluate("(element) => element.blur()")
    without_focus = await page.screenshot(clip=clip, animations="disabled")
    await element.evaluate("(element) => element.focus()")
    return with_focus != without_focus


class TestKeyboard:
    async def test_reaches_everything_and_shows_where_it_is(self, visit: Visit, cast: Cast) -> None:
        async with visit(cast.reader) as visitor:
            await show_chat(cast.readers_conversation)(visitor)
            reached: list[str] = []
            unmarked: list[str] = []
            while True:
                await visitor.page.keyboard.press("Tab")
                if await visitor.page.locator("*:focus").count() == 0:
                    continue  # past the last of them; the first comes next
                name = str(await visitor.page.evaluate(NAME_OF_FOCUSED))
                if name in reached:
                    break
                reached.append(name)
                if not await is_focus_marked(visitor):
                    unmarked.append(name)
            everything = ["New conversation", "Search conversations", TITLE, f"Actions for {TITLE}", "Show archived"]
            everything += ["Account", "Messages", "Copy code", "Copy answer", "Message"]
            assert [name for name in everything if name not in reached] == [], reached
            assert unmarked == []

    async def test_opens_a_menu_and_a_dialog_and_comes_back(self, visit: Visit, cast: Cast) -> None:
        async with visit(cast.reader) as visitor:
            keyboard = visitor.page.keyboard
            await show_welcome(visitor)
            actions = visitor.button(f"Actions for {TITLE}")
            await actions.focus()
            await keyboard.press("Enter")
            await expect(visitor.page.get_by_role("menu")).to_be_visible()
            await keyboard.press("Escape")
            await expect(visitor.page.get_by_role("menu")).to_be_hidden()
            await expect(actions).to_be_focused()
            await keyboard.press("Enter")
            await expect(visitor.page.get_by_role("menuitem", name="Rename")).to_be_focused()
            await keyboard.press("Enter")
            title = visitor.page.get_by_label("Title")
            await expect(title).to_be_focused()
            await title.fill("Never kept")
            await keyboard.press("Escape")
            await expect(visitor.page.get_by_role("dialog")).to_be_hidden()
            await expect(actions).to_be_focused()
            await expect(visitor.tiles.filter(has_text=TITLE)).to_be_visible()
            await visitor.button("Account").focus()
            await keyboard.press("Enter")
            await expect(visitor.page.get_by_role("menuitem", name="Settings")).to_be_visible()
            await keyboard.press("Escape")
            await expect(visitor.button("Account")).to_be_focused()

    async def test_opens_and_closes_the_drawer(self, visit: Visit, cast: Cast) -> None:
        async with visit(cast.reader, viewport=VIEWPORTS["narrow"]) as visitor:
            await show_welcome(visitor)
            opener = visitor.button("Open conversations")
            await opener.focus()
            await visitor.page.keyboard.press("Enter")
            drawer = visitor.page.get_by_role("dialog", name="Conversation list")
            await expect(drawer.locator("*:focus")).to_have_count(1)
            await visitor.page.keyboard.press("Escape")
            await expect(drawer).to_be_hidden()
            await expect(opener).to_be_focused()

    async def test_chooses_a_conversation_and_writes(self, visit: Visit, cast: Cast) -> None:
        async with visit(cast.reader) as visitor:
            await show_welcome(visitor)
            await visitor.tiles.filter(has_text=TITLE).get_by_role("link").focus()
            await visitor.page.keyboard.press("Enter")
            await expect(visitor.heading(TITLE)).to_be_visible()
            await expect(visitor.composer).to_be_focused()
            await visitor.page.keyboard.type("[[say]]By hand")
            await visitor.page.keyboard.press("Enter")
            await expect(visitor.answers).to_have_count(2)
            assert await visitor.until_answer("complete") == "By hand"


class TestListening:
    async def test_hears_a_finished_answer_once_instead_of_each_word(
        self, visit: Visit, reader: Person, provider: ScriptedOpenAI
    ) -> None:
        conversation = await reader.new_conversation()
        async with visit(reader) as visitor:
            await visitor.go(f"/c/{conversation}")
            log = visitor.page.get_by_role("log", name="Latest answer")
            await visitor.say("[[say]]Earlier words")
            await expect(log).to_have_text("Assistant: Earlier words")
            await visitor.say("[[tokens=40]][[pause=0,20]]")
            await expect(log).to_have_text("The assistant is thinking.")
            provider.go_on()
            await expect(visitor.answer).to_contain_text("word20")
            await expect(log).to_have_text("")
            await expect(visitor.answer).to_have_attribute("data-status", "streaming")
            provider.go_on()
            await visitor.until_answer("complete")
            await expect(log).to_contain_text("Assistant: word1 word2")

"""Sharing by link in a real Chromium: given out, read by a stranger, taken anew and back; nothing hostile runs."""

import pytest
from playwright.async_api import expect
from support.browser import Visitor
from support.client import Person, ok
from support.inspection import faults_of
from support.page_fixtures import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
HOSTILE = (
    "# Hello\n\n<script>document.title = 'taken'</script><img src=x onerror=\"document.title='taken'\">\n\n"
    "![a picture](https://evil.example/x.png) [a link](javascript:alert(1)) <svg onload=alert(1)>\n\n"
    "```js\nalert(1)\n```\n\n- [x] done\n\n|a|b|\n|-|-|\n|1|2|"
)


async def spoken(reader: Person, title: str, *texts: str) -> str:
    conversation = await reader.new_conversation(title=title)
    for text in texts:
        await reader.ask(conversation, f"[[say]]{text}")
    return conversation


async def shared_path(reader: Person, conversation: str, name: str | None = None) -> str:
    share = ok(await reader.chat("PUT", f"/conversations/{conversation}/share", json={"author_name": name}))
    return f"/shared/{share['token']}"


async def open_menu(visitor: Visitor, title: str) -> None:
    await visitor.button(f"Actions for {title}").click()
    await visitor.page.get_by_role("menuitem", name="Share…").click()


class TestSharing:
    async def test_a_link_is_given_out_read_by_a_stranger_taken_anew_and_back(
        self, visit: Visit, reader: Person
    ) -> None:
        conversation = await spoken(reader, "Cities", "Rome is in Italy.")
        # A conversation that is not shared, and a link that shows nothing, answer 404, which the console tells.
        async with visit(reader, expects_trouble=True) as visitor, visit(expects_trouble=True) as stranger:
            await visitor.go(f"/c/{conversation}")
            await open_menu(visitor, "Cities")
            await visitor.page.get_by_role("textbox", name="Your name").fill("A. N. Author")
            await visitor.button("Create link").click()
            link = await visitor.page.get_by_role("textbox", name="Link").input_value()
            path = link.removeprefix(visitor.site.address)
            response = await stranger.page.goto(link)
            assert response is not None
            assert response.headers["x-robots-tag"] == "noindex, nofollow, noarchive"
            await expect(stranger.heading("Cities")).to_be_visible()
            await expect(stranger.page.get_by_text("Shared by A. N. Author on")).to_be_visible()
            await expect(stranger.page.get_by_role("article").last).to_contain_text("Rome is in Italy.")
            assert await stranger.page.locator("meta[name=robots]").get_attribute("content") is not None
            await reader.ask(conversation, "[[say]]Paris is in France.")
            await stranger.page.reload()
            await expect(stranger.page.get_by_role("article")).to_have_count(2)
            await visitor.button("Show it as it is now").click()
            await expect(visitor.page.get_by_text("It shows 4 messages")).to_be_visible()
            await stranger.page.reload()
            await expect(stranger.page.get_by_role("article")).to_have_count(4)
            await visitor.go("/settings/shared-links")
            await visitor.button("Withdraw the link to Cities").click()
            await expect(visitor.page.get_by_text("You have shared nothing.")).to_be_visible()
            await stranger.go(path)
            await expect(stranger.heading("There is nothing to see here")).to_be_visible()

    async def test_nothing_hostile_runs_and_nothing_is_fetched(self, visit: Visit, reader: Person) -> None:
        conversation = await spoken(reader, "<script>document.title='taken'</script>", HOSTILE)
        path = await shared_path(reader, conversation, "<img src=x onerror=alert(1)>")
        async with visit() as stranger:
            await stranger.go(path)
            await expect(stranger.page.get_by_role("heading", name="Hello")).to_be_visible()
            await expect(stranger.page.get_by_role("cell", name="2")).to_be_visible()
            assert await stranger.page.locator("article script, article svg[onload], article img[src]").count() == 0
            assert await stranger.page.title() == "<script>document.title='taken'</script> · ConvoAI"

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_pages_fit_and_are_accessible(self, visit: Visit, reader: Person, width: str, theme: str) -> None:
        conversation = await spoken(reader, "Long " * 30, "x" * 300 + " and `code`", HOSTILE)
        path = await shared_path(reader, conversation, "N" * 100)
        look = {"viewport": SIZES[width], "color_scheme": theme}
        async with visit(**look) as stranger:
            await stranger.go(path)
            await expect(stranger.page.get_by_role("article")).to_have_count(4)
            await expect(stranger.page.get_by_role("heading", name="Hello")).to_be_visible()
            assert await faults_of(stranger, f"shared-{theme}-{width}") == []
        async with visit(reader, **look) as visitor:
            await visitor.go("/settings/shared-links")
            await expect(visitor.button("Copy link")).to_be_visible()
            assert await faults_of(visitor, f"shared-links-{theme}-{width}") == []
            await visitor.go("/")
            if width == "narrow":
                await visitor.button("Open conversations").click()
            await open_menu(visitor, ("Long " * 30).strip())
            await expect(visitor.page.get_by_role("textbox", name="Link")).to_be_visible()
            assert await faults_of(visitor, f"share-dialog-{theme}-{width}") == []

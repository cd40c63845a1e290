"""Conversations are pinned, filed and tagged in a real Chromium, and the list is limited to each."""

import pytest
from playwright.async_api import expect
from support.browser import Visitor
from support.client import Person
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.scenes import is_narrow

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}


async def do(visitor: Visitor, title: str, item: str) -> None:
    await visitor.button(f"Actions for {title}").click()
    await visitor.page.get_by_role("menuitem", name=item, exact=True).click()


async def titles(visitor: Visitor) -> list[str]:
    return [(await tile.inner_text()).splitlines()[0] for tile in await visitor.tiles.all()]


class TestLabels:
    async def test_are_given_shown_and_limit_the_list(self, visit: Visit, reader: Person) -> None:
        for title in ("Oldest", "Middle", "Newest"):
            await reader.new_conversation(title=title)
        async with visit(reader) as visitor:
            await visitor.go("/")
            await expect(visitor.tiles).to_have_count(3)
            await do(visitor, "Oldest", "Pin")
            await expect(visitor.tiles.first).to_contain_text("Oldest")
            assert await titles(visitor) == ["Oldest", "Newest", "Middle"]
            await do(visitor, "Middle", "Folder and tags…")
            await visitor.page.get_by_role("combobox", name="Folder", exact=True).fill("Work")
            await visitor.page.get_by_role("textbox", name="Tags").fill("plans, Ideas, PLANS")
            await visitor.button("Save").click()
            await expect(visitor.tiles.filter(has_text="Middle")).to_contain_text("Work · #Ideas · #plans")
            choice = visitor.page.get_by_role("combobox", name="Conversations to list")
            for label, shown in (("Pinned", "Oldest"), ("Work (1)", "Middle"), ("Ideas (1)", "Middle")):
                await choice.select_option(label=label)
                await expect(visitor.tiles).to_have_count(1)
                await expect(visitor.tiles).to_contain_text(shown)
            await do(visitor, "Middle", "Folder and tags…")
            await visitor.page.get_by_role("textbox", name="Tags").fill("")
            await visitor.button("Save").click()
            await expect(visitor.page.get_by_text("Nothing is here.")).to_be_visible()
            await choice.select_option(label="All conversations")
            await do(visitor, "Oldest", "Unpin")
            await expect(visitor.tiles.first).to_contain_text("Newest")
        kept = {one["title"]: (one["pinned"], one["folder"], one["tags"]) for one in await reader.conversations()}
        assert kept == {"Oldest": (False, None, []), "Middle": (False, "Work", []), "Newest": (False, None, [])}

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_fit_and_are_accessible(self, visit: Visit, reader: Person, width: str, theme: str) -> None:
        conversation = await reader.new_conversation(title="Plans")
        change = {"pinned": True, "folder": "F" * 100, "tags": ["t" * 50, "work"]}
        await reader.chat("PATCH", f"/conversations/{conversation}", json=change)
        async with visit(reader, viewport=SIZES[width], color_scheme=theme) as visitor:
            await visitor.go("/")
            if is_narrow(visitor):
                await visitor.button("Open conversations").click()
            await expect(visitor.tiles).to_contain_text("#work")
            assert await faults_of(visitor, f"labels-{theme}-{width}") == []
            await do(visitor, "Plans", "Folder and tags…")
            await expect(visitor.button("Save")).to_be_visible()
            assert await faults_of(visitor, f"labels-dialog-{theme}-{width}") == []

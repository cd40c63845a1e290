"""Conversations leave and come in a real Chromium: the export of one from its menu, and the import in the settings."""

import json
from pathlib import Path

import pytest
from playwright.async_api import expect
from support.browser import Visitor
from support.client import Person
from support.inspection import faults_of
from support.page_fixtures import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
HOSTILE = (
    "<script>document.title = 'taken'</script><img src=https://evil.example/x.png onerror=\"document.title='taken'\">"
)


async def open_export(visitor: Visitor, title: str) -> None:
    await visitor.go("/")
    await visitor.button(f"Actions for {title}").click()
    await visitor.page.get_by_role("menuitem", name="Export…").click()
    await expect(visitor.page.get_by_role("dialog", name="Export conversation")).to_be_visible()


async def download(visitor: Visitor, form: str, folder: Path) -> Path:
    await visitor.page.get_by_role("radio", name=form).check()
    async with visitor.page.expect_download() as download:
        await visitor.button("Download").click()
    file = await download.value
    path = folder / file.suggested_filename
    await file.save_as(path)
    return path


class TestExport:
    async def test_as_a_page_that_runs_nothing_and_fetches_nothing(
        self, visit: Visit, reader: Person, tmp_path: Path
    ) -> None:
        conversation = await reader.new_conversation(title="Hostile words")
        await reader.ask(conversation, f"[[say]]{HOSTILE}")
        async with visit(reader, accept_downloads=True) as visitor:
            await open_export(visitor, "Hostile words")
            path = await download(visitor, "Web page", tmp_path)
            assert path.name == "Hostile-words.html"
        async with visit() as stranger:
            await stranger.page.goto("about:blank")
            await stranger.page.set_content(path.read_text(encoding="utf-8"))
            await expect(stranger.page.get_by_role("article")).to_have_count(2)
            await expect(stranger.page.get_by_role("article").last).to_contain_text(HOSTILE)
            assert await stranger.page.title() == "Hostile words"
            color = "getComputedStyle(document.querySelector('pre, p')).whiteSpace"
            assert await stranger.page.evaluate(color) == "pre-wrap"  # the one style is let in by its hash

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_dialog_fits_and_is_accessible(self, visit: Visit, reader: Person, width: str, theme: str) -> None:
        await reader.new_conversation(title="Plans")
        async with visit(reader, viewport=SIZES[width], color_scheme=theme) as visitor:
            await visitor.go("/")
            if width == "narrow":
                await visitor.button("Open conversations").click()
            await visitor.button("Actions for Plans").click()
            await visitor.page.get_by_role("menuitem", name="Export…").click()
            await expect(visitor.page.get_by_role("radio", name="Markdown")).to_be_checked()
            assert await faults_of(visitor, f"export-{theme}-{width}") == []


class TestImport:
    @pytest.mark.parametrize(("width", "theme"), [("wide", "light"), ("narrow", "dark")])
    async def test_of_an_export_shows_its_conversations(
        self, visit: Visit, reader: Person, tmp_path: Path, width: str, theme: str
    ) -> None:
        other = {
            "id": "elsewhere",
            "title": "From elsewhere",
            "messages": [{"id": "1", "role": "user", "content": HOSTILE}],
        }
        broken = {"id": "broken", "title": "Broken", "messages": "none"}
        path = tmp_path / "export.json"
        path.write_text(json.dumps({"conversations": [other, broken]}), encoding="utf-8")
        async with visit(reader, viewport=SIZES[width], color_scheme=theme) as visitor:
            await visitor.go("/settings/my-data")
            await expect(visitor.button("Choose a file…")).to_be_visible()
            await visitor.page.locator("input[type=file]").set_input_files(path)
            await expect(visitor.page.get_by_text("Imported: 1 conversation (1 message).")).to_be_visible()
            await visitor.page.get_by_text("Skipped conversations: 1").click()
            await expect(visitor.page.get_by_text("It could not be read.")).to_be_visible()
            assert await faults_of(visitor, f"import-{theme}-{width}") == []
            (conversation,) = await reader.conversations()
            await visitor.go(f"/c/{conversation['id']}")
            await expect(visitor.questions).to_contain_text(HOSTILE)
            await visitor.go("/settings/my-data")
            await visitor.page.locator("input[type=file]").set_input_files(path)
            await expect(visitor.page.get_by_text("Imported: 0 conversations (0 messages).")).to_be_visible()

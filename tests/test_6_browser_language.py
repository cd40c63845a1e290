"""The language of the page: chosen in the settings, kept in the account, and seen by the same person everywhere."""

import pytest
from playwright.async_api import expect
from support.browser import Visitor
from support.client import People, Person, ok
from support.inspection import faults_of
from support.page_fixtures import Visit
from support.scenes import ANSWER, TITLE, furnish, hide_scripts

pytestmark = pytest.mark.asyncio(loop_scope="session")

VIEWPORTS = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}

WATCH_FOR_ENGLISH = """addEventListener("DOMContentLoaded", () => {
  window.wasEnglish = false;
  const look = () => {
    window.wasEnglish ||= /Hello|Search|New conversation/.test(document.body.textContent);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
});"""


async def expect_language(visitor: Visitor, language: str) -> None:
    await expect(visitor.page.locator(f"html[lang={language}]")).to_be_attached()


async def choose(visitor: Visitor, name: str) -> None:
    """Until the account keeps it: a page that is read anew before shows what was kept."""
    async with visitor.page.expect_response(lambda response: response.request.method == "PATCH") as saved:
        await visitor.page.get_by_role("radio", name=name, exact=True).check()
    assert (await saved.value).ok


async def show_appearance(visitor: Visitor, language: str) -> None:
    await visitor.go("/settings/appearance")
    await expect(visitor.page.get_by_role("radiogroup", name=language)).to_be_visible()


class TestLanguage:
    async def test_follows_its_choice_at_once_and_to_other_browsers(self, visit: Visit, reader: Person) -> None:
        async with visit(reader) as visitor:
            await show_appearance(visitor, "Language")
            await expect(visitor.page.get_by_role("radio", name="As this device is set")).to_be_checked()
            await visitor.page.evaluate("window.isTheSamePage = true")
            await choose(visitor, "Deutsch")
            await expect(visitor.page.get_by_role("heading", name="Darstellung")).to_be_visible()
            await expect_language(visitor, "de")
            await visitor.page.get_by_role("link", name="Zurück zum Chat").click()
            await expect(visitor.heading(f"Hallo, {reader.username}")).to_be_visible()
            assert await visitor.page.evaluate("window.isTheSamePage")

            await visitor.page.reload()
            await expect(visitor.heading(f"Hallo, {reader.username}")).to_be_visible()
            await expect_language(visitor, "de")
            assert ok(await reader.auth("GET", "/users/me"))["preferences"]["language"] == "de"

        async with visit(reader) as elsewhere:
            await elsewhere.go("/settings/appearance")
            await expect(elsewhere.page.get_by_role("radio", name="Deutsch")).to_be_checked()
            await expect_language(elsewhere, "de")
            await choose(elsewhere, "English")
            await expect(elsewhere.page.get_by_role("heading", name="Appearance")).to_be_visible()
            await expect_language(elsewhere, "en")
            await elsewhere.page.reload()
            await expect(elsewhere.page.get_by_role("radio", name="English")).to_be_checked()
            await expect_language(elsewhere, "en")

    async def test_is_that_of_the_device_for_those_who_chose_none(self, visit: Visit) -> None:
        async with visit(locale="de-AT") as visitor:
            await visitor.go("/sign-in")
            await expect(visitor.heading("Anmelden")).to_be_visible()
            await expect_language(visitor, "de")

    async def test_is_never_another_one_first(self, visit: Visit, reader: Person) -> None:
        async with visit(reader, locale="de-DE") as visitor:
            await visitor.page.add_init_script(WATCH_FOR_ENGLISH)
            await visitor.go("/")
            await expect(visitor.heading(f"Hallo, {reader.username}")).to_be_visible()
            await expect(visitor.page.get_by_label("Unterhaltungen suchen")).to_be_visible()
            assert await visitor.page.evaluate("window.wasEnglish") is False

    async def test_of_another_tab_is_followed(self, visitor: Visitor) -> None:
        await visitor.go("/")
        await expect(visitor.page.get_by_label("Search conversations")).to_be_visible()
        tab = await visitor.open_tab("/settings/appearance")
        await choose(tab, "Deutsch")
        await expect(visitor.page.get_by_label("Unterhaltungen suchen")).to_be_visible()


class TestGermanPages:
    @pytest.mark.parametrize("width", VIEWPORTS)
    async def test_fit_and_are_accessible(self, visit: Visit, visitors: People, width: str) -> None:
        admin = await visitors.register(roles=["user", "admin"])
        conversation = await furnish(admin)
        options = {"viewport": VIEWPORTS[width], "locale": "de-DE"}
        faults: list[str] = []
        async with visit(**options) as visitor:
            for path, heading in (
                ("/sign-in", "Anmelden"),
                ("/register", "Konto anlegen"),
                ("/forgot-password", "Passwort vergessen?"),
            ):
                await visitor.go(path)
                await expect(visitor.heading(heading)).to_be_visible()
                faults += await faults_of(visitor, f"german{path.replace('/', '-')}-{width}")
        async with visit(admin, **options) as visitor:
            await hide_scripts(visitor)
            await visitor.go("/")
            await expect(visitor.heading(f"Hallo, {admin.username}")).to_be_visible()
            faults += await faults_of(visitor, f"german-welcome-{width}")
            await visitor.go(f"/c/{conversation}")
            await expect(visitor.heading(TITLE)).to_be_visible()
            await expect(visitor.page.get_by_role("article", name="Assistent")).to_contain_text(ANSWER[-40:-1])
            await expect(visitor.connection("open")).to_be_visible()
            faults += await faults_of(visitor, f"german-chat-{width}")
            if width == "narrow":
                await visitor.button("Unterhaltungen öffnen").click()
                await expect(
                    visitor.page.get_by_role("list", name="Unterhaltungen").get_by_role("listitem")
                ).to_have_count(4)
                faults += await faults_of(visitor, f"german-list-{width}")
                await visitor.button("Unterhaltungen schließen").click()
            await visitor.button("Auswertung").click()
            await expect(visitor.page.get_by_text("Fehlerquote heute")).to_be_visible()
            faults += await faults_of(visitor, f"german-analytics-{width}")
            await show_appearance(visitor, "Sprache")
            faults += await faults_of(visitor, f"german-appearance-{width}")
        assert faults == []

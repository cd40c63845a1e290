"""A real Chromium, and a visitor who uses the page in it: what they do, and what the page did behind their back."""

import json
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from launcher.paths import FRONTEND, ROOT
from playwright.async_api import Browser, BrowserContext, Cookie, Dialog, Locator, Page, async_playwright, expect
from support.client import PASSWORD, Person
from support.site import Site, require_page
from support.stack import ADMIN_PASSWORD, ADMIN_USERNAME

SCREENSHOTS = ROOT / "artifacts" / "screenshots"
EXPECT_MS = 20_000.0
UNPACK_SECONDS = 120.0
# Our own: the package's default arguments switch web security off, and then nothing here would prove anything.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SIGNED_IN_KEY = "convoai.signed-in"  # says that it is worth asking for a session; holds no secret
REFRESH_COOKIE = "convoai_refresh"
PAGE_MARK = {"X-Requested-With": "convoai"}


def find_browser() -> tuple[str, dict[str, str]]:
    """A Chromium and what its environment needs. Skips the test when there is none and none can be unpacked."""
    if named := os.environ.get("CHROMIUM"):
        return named, {}
    require_page()
    command = ["node", str(FRONTEND / "scripts" / "chromium-path.mjs")]
    found = subprocess.run(command, capture_output=True, text=True, check=False, timeout=UNPACK_SECONDS)
    if found.returncode != 0:
        pytest.skip(f"no Chromium for the tests: {found.stderr.strip()}")
    program = json.loads(found.stdout)
    return program["executable"], program["env"]


@asynccontextmanager
async def running_browser() -> AsyncIterator[Browser]:
    executable, needed = find_browser()
    environment: dict[str, str | float | bool] = {**os.environ, **needed}
    expect.set_options(timeout=EXPECT_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable, args=FLAGS, env={**os.environ, **environment}
        )
        try:
            yield browser
        finally:
            await browser.close()


class Visitor:
    """Someone at a browser of their own. `complaints` is what the browser's console would show a developer."""

    def __init__(self, site: Site, context: BrowserContext, page: Page) -> None:
        self.site = site
        self.context = context
        self.page = page
        self.complaints: list[str] = []
        self.requested: list[str] = []
        self.dialogs: list[str] = []
        self.may_leave = False  # "yes" to the browser's own question whether to leave the page
        self.times_asked_to_leave = 0
        self._watch(page)

    def _watch(self, page: Page) -> None:
        page.on("console", lambda line: self._complain(line.type, line.text))
        page.on("pageerror", lambda error: self._complain("error", str(error)))
        page.on("dialog", self._answer_dialog)
        page.on("request", lambda request: self.requested.append(request.url))
        page.on("websocket", lambda socket: self.requested.append(socket.url))

    async def _answer_dialog(self, dialog: Dialog) -> None:
        if dialog.type == "beforeunload" and self.may_leave:
            self.times_asked_to_leave += 1
            await dialog.accept()
            return
        self.dialogs.append(dialog.message)
        await dialog.dismiss()

    def _complain(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(f"{kind}: {text}")

    async def go(self, path: str = "/") -> None:
        await self.page.goto(self.site.address + path)

    async def open_tab(self, path: str) -> "Visitor":
        """A second tab of the same browser."""
        tab = Visitor(self.site, self.context, await self.context.new_page())
        tab.complaints = self.complaints
        await tab.go(path)
        return tab

    # What is on the page

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name="Message", exact=True)

    @property
    def answers(self) -> Locator:
        return self.page.get_by_role("article", name="Assistant")

    @property
    def answer(self) -> Locator:
        """The last answer."""
        return self.answers.last

    @property
    def questions(self) -> Locator:
        return self.page.get_by_role("article", name="You")

    @property
    def tiles(self) -> Locator:
        return self.page.get_by_role("list", name="Conversations").get_by_role("listitem")

    @property
    def alert(self) -> Locator:
        return self.page.get_by_role("alert")

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=name, exact=True)

    def connection(self, phase: str) -> Locator:
        return self.page.locator(f'[data-connection="{phase}"]')

    # What they do

    async def say(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def until_answer(self, status: str, *, milliseconds: float = EXPECT_MS) -> str:
        """The text of the last answer once it has this status."""
        await expect(self.answer).to_have_attribute("data-status", status, timeout=milliseconds)
        return await answer_text(self.answer)

    async def refresh_cookies(self) -> list[Cookie]:
        """The cookie that holds the session, if there is one."""
        found = await self.context.cookies(f"{self.site.auth.address}/auth/refresh")
        return [cookie for cookie in found if cookie.get("name") == REFRESH_COOKIE]

    async def until_connected(self) -> None:
        await expect(self.connection("open")).to_be_visible()

    async def sign_in(self, username: str, password: str = PASSWORD) -> None:
        await self.page.get_by_label("Username").fill(username)
        await self.page.get_by_label("Password", exact=True).fill(password)
        await self.button("Sign in").click()

    async def choose(self, menu: str, item: str) -> None:
        await self.button(menu).click()
        await self.page.get_by_role("menuitem", name=item).click()


async def answer_text(answer: Locator) -> str:
    """The words of an answer as a reader sees them, without what surrounds it."""
    return " ".join((await answer.locator("[class*=prose]").inner_text()).split())


def storage_of(site: Site, person: Person | None) -> Any:
    """The storage of a browser in which this person has signed in before; the session itself is in a cookie."""
    if person is None:
        return None
    entries = [{"name": SIGNED_IN_KEY, "value": "before"}]
    return {"cookies": [], "origins": [{"origin": site.address, "localStorage": entries}]}


async def take_cookie(context: BrowserContext, site: Site, person: Person) -> None:
    """Sign in as the page does: the answer leaves the browser a session of its own, in a cookie."""
    password = ADMIN_PASSWORD if person.username == ADMIN_USERNAME else PASSWORD
    answer = await context.request.post(
        f"{site.stack.auth.address}/auth/token",
        form={"username": person.username, "password": password},
        headers=PAGE_MARK | {"Origin": site.address},
    )
    assert answer.ok, await answer.text()


@asynccontextmanager
async def visiting(
    browser: Browser, site: Site, person: Person | None = None, *, expects_trouble: bool = False, **options: Any
) -> AsyncIterator[Visitor]:
    """A browser of one's own for as long as the block lasts; options are those of a Playwright context.

    Raises: AssertionError at the end when the console shows an error or a warning, unless trouble is expected, or
    when a dialog opened or anything outside the product was asked for.
    """
    settings = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", "locale": "en-GB"} | options
    context = await browser.new_context(storage_state=storage_of(site, person), **settings)
    context.set_default_timeout(EXPECT_MS)
    if person is not None:
        await take_cookie(context, site, person)
    visitor = Visitor(site, context, await context.new_page())
    try:
        yield visitor
    finally:
        await context.close()
    assert expects_trouble or visitor.complaints == [], visitor.complaints
    assert visitor.dialogs == [], visitor.dialogs
    assert [url for url in visitor.requested if not is_known(url, site)] == []


def is_known(url: str, site: Site) -> bool:
    return url.startswith(("data:", "blob:", *(f"{origin}/" for origin in site.origins)))

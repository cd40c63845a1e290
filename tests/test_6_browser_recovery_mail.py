"""A forgotten password as people get over it: asked for on the page, mailed, chosen anew; and what mails tell them."""

import pytest
from playwright.async_api import expect
from support.browser import Visitor
from support.client import Person, unique_name
from support.inspection import faults_of
from support.mail_server import MailServer, html_of, link_of, text_of
from support.page_fixtures import Visit
from support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

BITE_MS = 10_000.0
NEW_PASSWORD = "difference-engine-1"
CHOOSE = "Choose a new password"
CHANGED = "Your password is changed. Sign in with the new one."
ENDED = "Your session has ended. Sign in again to go on where you were; what you wrote is kept."
NO_TOKEN = "This page needs the whole link. Open it again from the mail, or ask for a new one."


def address_of(person: Person) -> str:
    return f"{person.username}@example.com"


async def ask_for_link(visitor: Visitor, login: str) -> None:
    await visitor.go("/sign-in")
    await visitor.page.get_by_role("link", name="Forgot your password?").click()
    await expect(visitor.heading("Forgot your password?")).to_be_visible()
    await visitor.page.get_by_label("Username or email").fill(login)
    await visitor.button("Send me a link").click()
    await expect(visitor.page.get_by_role("status")).to_contain_text(f"If there is an account for “{login}”, a mail")


async def choose_password(visitor: Visitor, password: str) -> None:
    await visitor.page.get_by_label("New password", exact=True).fill(password)
    await visitor.button("Change password").click()


class TestForgottenPassword:
    async def test_is_chosen_anew_by_a_mailed_link_once(
        self, visit: Visit, reader: Person, mail_server: MailServer, site: Site
    ) -> None:
        conversation = await reader.new_conversation()
        async with visit() as visitor, visit(reader, expects_trouble=True) as elsewhere:
            await elsewhere.go(f"/c/{conversation}")
            await elsewhere.until_connected()
            await ask_for_link(visitor, reader.username)
            link = link_of(await mail_server.mail_to(address_of(reader), subject=CHOOSE))
            token = link.partition("#token=")[2]

            await visitor.page.goto(link)
            await expect(visitor.heading(CHOOSE)).to_be_visible()
            assert visitor.page.url == f"{site.address}/reset-password"
            await choose_password(visitor, NEW_PASSWORD)
            await expect(visitor.page.get_by_text(CHANGED)).to_be_visible()
            await expect(elsewhere.page.get_by_text(ENDED)).to_be_visible(timeout=BITE_MS)
            await visitor.sign_in(reader.username, NEW_PASSWORD)
            await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()

            mail = await mail_server.mail_to(address_of(reader), subject="password of your ConvoAI account was changed")
            assert "Chrome on Linux" in text_of(mail)
            written = "".join(path.read_text(encoding="utf-8", errors="replace") for path in site.stack.log_files())
            assert token not in written

        async with visit(expects_trouble=True) as latecomer:
            await latecomer.page.goto(link)
            await choose_password(latecomer, "analytical-engine-2")
            await expect(latecomer.alert).to_contain_text("This link does not hold any more.")
            await latecomer.page.get_by_role("link", name="Ask for a new link").click()
            await expect(latecomer.page.get_by_label("Username or email")).to_be_focused()

    async def test_is_asked_for_by_address_and_by_keyboard(
        self, visit: Visit, reader: Person, mail_server: MailServer
    ) -> None:
        async with visit() as visitor:
            await visitor.go("/forgot-password")
            await expect(visitor.page.get_by_label("Username or email")).to_be_focused()
            await visitor.page.keyboard.type(address_of(reader))
            await visitor.page.keyboard.press("Enter")
            await expect(visitor.page.get_by_role("status")).to_contain_text("a mail with a link is on its way")
            await mail_server.mail_to(address_of(reader), subject=CHOOSE)

    async def test_of_nobody_is_answered_alike(self, visit: Visit, mail_server: MailServer) -> None:
        nobody = unique_name()
        async with visit() as visitor:
            await ask_for_link(visitor, nobody)
        assert not any(nobody in text_of(mail) for mail in mail_server.received)

    async def test_that_is_too_weak_is_explained_at_the_field(
        self, visit: Visit, reader: Person, mail_server: MailServer
    ) -> None:
        async with visit(expects_trouble=True) as visitor:
            await ask_for_link(visitor, reader.username)
            await visitor.page.goto(link_of(await mail_server.mail_to(address_of(reader), subject=CHOOSE)))
            await choose_password(visitor, "password1")
            await expect(visitor.page.get_by_text("It is one of the most common passwords")).to_be_visible()
            await choose_password(visitor, NEW_PASSWORD)
            await expect(visitor.page.get_by_text(CHANGED)).to_be_visible()


class TestPages:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", [390, 1440])
    async def test_fit_and_are_accessible(self, visit: Visit, width: int, theme: str) -> None:
        async with visit(viewport={"width": width, "height": 844}, color_scheme=theme) as visitor:
            await visitor.go("/sign-in")
            await expect(visitor.heading("Sign in")).to_be_visible()
            faults = await faults_of(visitor, f"sign-in-{theme}-{width}")
            await visitor.go("/forgot-password")
            await expect(visitor.page.get_by_label("Username or email")).to_be_visible()
            faults += await faults_of(visitor, f"forgot-password-{theme}-{width}")
            await ask_for_link(visitor, "long" * 16)
            faults += await faults_of(visitor, f"forgot-password-sent-{theme}-{width}")
            await visitor.go("/reset-password")
            await expect(visitor.alert).to_contain_text(NO_TOKEN)
            faults += await faults_of(visitor, f"reset-password-without-{theme}-{width}")
            await visitor.go("/reset-password?again#token=a-token")
            await expect(visitor.page.get_by_label("New password", exact=True)).to_be_focused()
            faults += await faults_of(visitor, f"reset-password-{theme}-{width}")
            assert faults == []


class TestMails:
    async def test_tell_of_a_new_device_and_show_well(
        self, visit: Visit, reader: Person, mail_server: MailServer
    ) -> None:
        async with visit() as visitor:
            await visitor.go("/sign-in")
            await visitor.sign_in(reader.username)
            await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()
            mail = await mail_server.mail_to(address_of(reader), subject="New sign-in")
            assert "Device: Chrome on Linux\nAddress: 127.0.0.1" in text_of(mail)
            await visitor.page.set_content(html_of(mail))
            await expect(visitor.heading("New sign-in to your ConvoAI account")).to_be_visible()
            await expect(visitor.page.get_by_role("link", name=CHOOSE)).to_have_attribute(
                "href", f"{visitor.site.address}/forgot-password"
            )

"""The administration as administrators use it, and as those see it who may not."""

import csv
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect
from support.browser import Visitor
from support.client import PASSWORD, People, Person, ok
from support.inspection import faults_of
from support.page_fixtures import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")

BITE_MS = 10_000.0
VIEWPORTS = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
ENDED = "Your session has ended. Sign in again to go on where you were; what you wrote is kept."


@pytest_asyncio.fixture(loop_scope="session")
async def boss(visitors: People) -> Person:
    """An administrator, who is not the only one."""
    return await visitors.register(roles=["user", "admin"])


@pytest_asyncio.fixture(loop_scope="session")
async def registration(visitors: People) -> AsyncIterator[Person]:
    """An administrator who may set who may register: it is open again afterwards."""
    admin = await visitors.admin()
    try:
        yield admin
    finally:
        body = {"mode": "open", "allowed_domains": []}
        ok(await admin.auth("PUT", "/settings/registration", json=body))


def person(visitor: Visitor, name: str) -> Locator:
    """Their row or card."""
    return visitor.page.get_by_role("main").get_by_role("button", name=name)


async def look_for(visitor: Visitor, name: str) -> None:
    await visitor.page.get_by_label("Search people").fill(name)
    await expect(person(visitor, name)).to_have_count(1)


async def open_person(visitor: Visitor, name: str) -> Locator:
    """What is shown of them beside the list."""
    await look_for(visitor, name)
    await person(visitor, name).click()
    drawer = visitor.page.get_by_role("dialog", name=name)
    await expect(drawer.get_by_role("button", name="Close")).to_be_visible()
    return drawer


def question(visitor: Visitor, title: str) -> Locator:
    return visitor.page.get_by_role("dialog", name=title)


class TestPeople:
    async def test_are_reached_from_the_account_menu_and_found(
        self, visit: Visit, boss: Person, reader: Person
    ) -> None:
        async with visit(boss) as visitor:
            await visitor.go("/")
            await visitor.choose("Account", "Administration")
            await expect(visitor.heading("People")).to_be_visible()
            await look_for(visitor, reader.username)
            await expect(visitor.page).to_have_url(re.compile(f"q={reader.username}"))
            await visitor.page.reload()
            await expect(person(visitor, reader.username)).to_have_count(1)

    async def test_are_sorted_and_filtered(self, visit: Visit, boss: Person, reader: Person) -> None:
        async with visit(boss) as visitor:
            await visitor.go("/admin/people")
            await visitor.button("Joined").click()
            await visitor.button("Joined").click()
            rows = visitor.page.get_by_role("table", name="People").get_by_role("row")
            await expect(rows.nth(1)).to_contain_text(reader.username)  # the newest first
            await visitor.page.get_by_label("State").select_option("Deactivated")
            await visitor.page.get_by_label("Search people").fill(reader.username)
            await expect(visitor.page.get_by_text("Nobody is like this.")).to_be_visible()
            await visitor.button("Show everyone").click()
            await expect(rows.nth(1)).to_contain_text(reader.username)

    async def test_deactivated_lose_their_open_chat(self, visit: Visit, boss: Person, reader: Person) -> None:
        conversation = await reader.new_conversation()
        async with visit(boss) as visitor, visit(reader, expects_trouble=True) as reading:
            await reading.go(f"/c/{conversation}")
            await reading.until_connected()
            await visitor.go("/admin/people")
            drawer = await open_person(visitor, reader.username)
            await drawer.get_by_role("button", name="Deactivate").click()
            asked = question(visitor, f"Deactivate {reader.username}")
            await expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
            await asked.get_by_role("button", name="Deactivate").click()
            await expect(drawer.get_by_text("Deactivated")).to_be_visible()

            await expect(reading.page.get_by_text(ENDED)).to_be_visible(timeout=BITE_MS)
            await reading.sign_in(reader.username)
            await expect(reading.alert).to_contain_text("Incorrect username or password")
            await drawer.get_by_role("button", name="Activate").click()
            await expect(drawer.get_by_role("button", name="Deactivate")).to_be_visible()
            await reading.sign_in(reader.username)
            await reading.until_connected()

    async def test_get_a_role_which_shows_within_seconds(self, visit: Visit, boss: Person, reader: Person) -> None:
        async with visit(boss) as visitor:
            await visitor.go("/admin/people")
            drawer = await open_person(visitor, reader.username)
            await drawer.get_by_label("manager").check()
            await drawer.get_by_role("button", name="Save roles").click()
            await expect(drawer.get_by_text("Saved. It holds within 10 seconds, everywhere.")).to_be_visible()
        async with visit(reader) as reading:
            await reading.go("/")
            await reading.choose("Account", "Administration")
            await expect(reading.heading("People")).to_be_visible()

    async def test_are_signed_out_on_one_device(self, visit: Visit, boss: Person, reader: Person) -> None:
        async with visit(boss) as visitor, visit(reader, expects_trouble=True) as reading:
            await reading.go("/")
            await expect(reading.heading(f"Hello, {reader.username}")).to_be_visible()
            await visitor.go("/admin/people")
            drawer = await open_person(visitor, reader.username)
            entries = drawer.get_by_role("list", name="Sign-ins").get_by_role("listitem")
            await expect(entries).to_have_count(2)
            await entries.filter(has_text="Chrome").get_by_role("button").click()
            await question(visitor, "End this sign-in").get_by_role("button", name="End it").click()
            await expect(entries).to_have_count(1)
            await reading.button("New conversation").click()
            await expect(reading.page.get_by_text(ENDED)).to_be_visible(timeout=BITE_MS)
            assert (await reader.auth("GET", "/users/me")).status_code == 200

    async def test_choose_a_new_password_by_a_link(self, visit: Visit, boss: Person, reader: Person) -> None:
        async with visit(boss) as visitor:
            await visitor.go("/admin/people")
            drawer = await open_person(visitor, reader.username)
            await drawer.get_by_role("button", name="Make a link").click()
            asked = question(visitor, f"A new password for {reader.username}")
            await asked.get_by_role("button", name="Make a link").click()
            link = await asked.get_by_label("Link").input_value()
        async with visit() as anyone:
            await anyone.page.goto(link)
            await anyone.page.get_by_label("New password", exact=True).fill("violin-kettle7-umbra")
            await anyone.button("Change password").click()
            await anyone.sign_in(reader.username, "violin-kettle7-umbra")
            await expect(anyone.heading(f"Hello, {reader.username}")).to_be_visible()

    async def test_lose_their_api_keys_and_what_they_lost_of_their_factors(
        self, visit: Visit, boss: Person, reader: Person
    ) -> None:
        created = ok(await reader.auth("POST", "/api-keys/", json={"name": "Backup", "scopes": ["chat"]}))
        await reader.auth("POST", "/users/me/proof", json={"current_password": PASSWORD})
        secret = ok(await reader.auth("POST", "/users/me/factors/totp"))["secret"]
        ok(await reader.auth("POST", "/users/me/factors/totp/confirm", json={"code": pyotp.TOTP(secret).now()}))
        async with visit(boss) as visitor:
            await visitor.go("/admin/people")
            drawer = await open_person(visitor, reader.username)
            await expect(drawer.get_by_text("An authenticator app, 10 recovery codes left.")).to_be_visible()
            await drawer.get_by_role("button", name="Reset", exact=True).click()
            asked = question(visitor, f"Reset the second factors of {reader.username}")
            await asked.get_by_role("button", name="Reset").click()
            await expect(drawer.get_by_text("None: a password is enough.")).to_be_visible()
            await expect(drawer.get_by_text("Not signed in anywhere.")).to_be_visible()
            await drawer.get_by_role("button", name="Delete the API key Backup").click()
            await question(visitor, "Delete API key").get_by_role("button", name="Delete").click()
            await expect(drawer.get_by_text("No API keys.")).to_be_visible()
        reader.token = created["key"]
        assert (await reader.auth("GET", "/users/me")).status_code == 401

    async def test_are_deleted_with_all_that_is_theirs(self, visit: Visit, boss: Person, reader: Person) -> None:
        await reader.ask(await reader.new_conversation(), "[[say]]Kept for now")
        async with visit(boss, expects_trouble=True) as visitor:
            await visitor.go("/admin/people")
            drawer = await open_person(visitor, reader.username)
            await drawer.get_by_role("button", name="Delete…").click()
            asked = question(visitor, f"Delete {reader.username}")
            await expect(asked.get_by_text("1 conversation")).to_be_visible()
            await expect(asked.get_by_role("button", name="Keep the account")).to_be_focused()
            await asked.get_by_role("button", name="Delete for good").click()
            receipt = question(visitor, f"{reader.username} is deleted")
            await expect(receipt.get_by_text("Everything is erased. All services have confirmed it.")).to_be_visible()
            assert await faults_of(visitor, "admin-receipt") == []
            await receipt.get_by_role("button", name="Done").click()
            await expect(visitor.page.get_by_text("Nobody is like this.")).to_be_visible()
        assert (await reader.auth("GET", "/users/me")).status_code == 401

    async def test_that_are_oneself_cannot_be_closed(self, visit: Visit, boss: Person) -> None:
        async with visit(boss) as visitor:
            await visitor.go("/admin/people")
            drawer = await open_person(visitor, boss.username)
            await expect(drawer.get_by_text("This is you.")).to_be_visible()
            await expect(drawer.get_by_role("button", name="Deactivate")).to_have_count(0)

    async def test_are_opened_and_left_by_keyboard(self, visit: Visit, boss: Person, reader: Person) -> None:
        async with visit(boss) as visitor:
            await visitor.go("/admin/people")
            await look_for(visitor, reader.username)
            row = person(visitor, reader.username)
            await row.focus()
            await visitor.page.keyboard.press("Enter")
            drawer = visitor.page.get_by_role("dialog", name=reader.username)
            await expect(drawer.locator("*:focus")).to_have_count(1)
            await drawer.get_by_role("button", name="Deactivate").focus()
            await visitor.page.keyboard.press("Enter")
            asked = question(visitor, f"Deactivate {reader.username}")
            await expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
            await visitor.page.keyboard.press("Escape")
            await expect(asked).to_be_hidden()
            await expect(drawer.get_by_role("button", name="Deactivate")).to_be_focused()
            await visitor.page.keyboard.press("Escape")
            await expect(drawer).to_be_hidden()
            await expect(row).to_be_focused()


class TestThoseWhoMayNot:
    async def test_a_manager_sees_people_and_changes_nothing(
        self, visit: Visit, visitors: People, reader: Person
    ) -> None:
        manager = await visitors.register(roles=["user", "manager"])
        async with visit(manager) as visitor:
            await visitor.go("/admin/registration")
            await expect(visitor.heading("People")).to_be_visible()
            drawer = await open_person(visitor, reader.username)
            await expect(drawer.get_by_text(f"{reader.username}@example.com")).to_be_visible()
            await expect(drawer.get_by_role("button")).to_have_count(1)
            await drawer.get_by_role("button", name="Close").click()
            await expect(visitor.button("Create")).to_have_count(0)

    async def test_anyone_else_finds_nothing(self, visitor: Visitor) -> None:
        await visitor.go("/admin/people")
        await expect(visitor.heading("Page not found")).to_be_visible()
        await visitor.go("/")
        await visitor.button("Account").click()
        await expect(visitor.page.get_by_role("menuitem", name="Settings")).to_be_visible()
        await expect(visitor.page.get_by_role("menuitem", name="Administration")).to_have_count(0)


class TestInvitations:
    async def test_let_somebody_in_where_registration_needs_one(
        self, visit: Visit, registration: Person, boss: Person
    ) -> None:
        async with visit(boss) as visitor:
            await visitor.go("/admin/registration")
            await visitor.page.get_by_label("Invite only").check()
            await visitor.button("Save").click()
            await expect(visitor.page.get_by_text("Saved.")).to_be_visible()
            async with visit() as stranger:
                await stranger.go("/register")
                await expect(stranger.page.get_by_text("Registration needs an invitation here.")).to_be_visible()
                await expect(stranger.page.get_by_label("Username")).to_have_count(0)

            await visitor.go("/admin/invitations")
            await visitor.button("Invite somebody").click()
            dialog = question(visitor, "Invite somebody")
            guest = f"guest_{boss.user_id[-8:]}"
            await dialog.get_by_label("Email (optional)").fill(f"{guest}@example.com")
            await dialog.get_by_role("button", name="Make a link").click()
            link = await dialog.get_by_label("Link").input_value()
            await dialog.get_by_role("button", name="Done").click()
            entry = visitor.page.get_by_role("list", name="Invitations").get_by_role("listitem").first
            await expect(entry).to_contain_text("Open")

            async with visit() as invited:
                await invited.page.goto(link)
                await expect(invited.page.get_by_text(f"{boss.username} invited you.")).to_be_visible()
                assert "invitation" not in invited.page.url
                await expect(invited.page.get_by_label("Email")).to_have_value(f"{guest}@example.com")
                await invited.page.get_by_label("Username").fill(guest)
                await invited.page.get_by_label("Password", exact=True).fill(PASSWORD)
                await invited.button("Create account").click()
                await expect(invited.heading(f"Hello, {guest}")).to_be_visible()
            async with visit(expects_trouble=True) as late:
                await late.page.goto(link)
                await expect(late.alert).to_contain_text("This invitation does not hold")
            await visitor.page.reload()
            await expect(entry).to_contain_text(f"Used by {guest}")

    async def test_withdrawn_let_nobody_in(self, visit: Visit, boss: Person) -> None:
        link = ok(await boss.auth("POST", "/invitations/", json={}))["path"]
        async with visit(boss) as visitor, visit(expects_trouble=True) as invited:
            await visitor.go("/admin/invitations")
            entry = visitor.page.get_by_role("list", name="Invitations").get_by_role("listitem").first
            await entry.get_by_role("button", name="Withdraw").click()
            await question(visitor, "Withdraw the invitation").get_by_role("button", name="Withdraw").click()
            await expect(entry).to_contain_text("Withdrawn")
            await invited.go(link)
            await expect(invited.alert).to_contain_text("This invitation does not hold")


class TestRegistration:
    async def test_closed_says_so_to_whoever_comes(self, visit: Visit, registration: Person, boss: Person) -> None:
        async with visit(boss) as visitor, visit() as stranger:
            await visitor.go("/admin/registration")
            await visitor.page.get_by_label("Closed").check()
            await visitor.button("Save").click()
            await expect(visitor.page.get_by_text("Saved.")).to_be_visible()
            await stranger.go("/register")
            await expect(stranger.page.get_by_text("Registration is closed here.")).to_be_visible()

    async def test_takes_only_addresses_of_its_domains(self, visit: Visit, registration: Person, boss: Person) -> None:
        async with visit(boss) as visitor, visit() as stranger:
            await visitor.go("/admin/registration")
            await visitor.page.get_by_label("Email domains that may register").fill("example.org")
            await visitor.button("Save").click()
            await expect(visitor.page.get_by_text("Saved.")).to_be_visible()
            await stranger.go("/register")
            await expect(stranger.page.get_by_text("Your email address has to end in @example.org.")).to_be_visible()


def entries(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("list", name="Audit trail").get_by_role("listitem")


async def exported(visitor: Visitor, label: str) -> Path:
    """The file that the page gives."""
    async with visitor.page.expect_download() as download:
        await visitor.button(f"Export as {label}").click()
    file = await download.value
    assert re.fullmatch(r"convoai-audit-\d{4}-\d\d-\d\d\.(csv|jsonl)", file.suggested_filename)
    return await file.path()


class TestAuditTrail:
    async def test_tells_what_was_done_in_the_page(self, visit: Visit, boss: Person, reader: Person) -> None:
        async with visit(boss) as visitor:
            await visitor.go("/admin/people")
            drawer = await open_person(visitor, reader.username)
            await drawer.get_by_label("manager").check()
            await drawer.get_by_role("button", name="Save roles").click()
            await expect(drawer.get_by_text("Saved. It holds within 10 seconds, everywhere.")).to_be_visible()
            await drawer.get_by_role("button", name="Close").click()
            await visitor.page.get_by_role("link", name="Audit trail").click()
            done = entries(visitor).filter(has_text=f"{boss.username} changed the roles of {reader.username}")
            await expect(done).to_contain_text("user → manager, user")
            await expect(done).to_contain_text("from 127.0.0.1")
            await expect(done.get_by_text("user.roles_changed")).to_be_hidden()
            await done.get_by_text("changed the roles of").click()
            await expect(done.get_by_text("user.roles_changed")).to_be_visible()
            await done.get_by_role("button", name=f"All that was done to {reader.username}").click()
            await expect(entries(visitor)).to_have_count(2)  # their registration, too
            await visitor.page.reload()
            await expect(entries(visitor)).to_have_count(2)
            await expect(visitor.button(f"Done to {reader.username}: no longer")).to_be_visible()

    async def test_is_narrowed_and_taken_along(self, visit: Visit, boss: Person, reader: Person) -> None:
        ok(await boss.auth("PATCH", f"/users/{reader.username}", json={"full_name": "Ada Lovelace"}))
        ok(await boss.auth("PATCH", f"/users/{reader.username}", json={"is_active": False}))
        async with visit(boss) as visitor:
            await visitor.go("/admin/audit")
            await visitor.page.get_by_label("Search the audit trail").fill(reader.username)
            await expect(entries(visitor)).to_have_count(4)
            await visitor.page.get_by_label("Action").select_option("Sign-ins begun and ended")
            await expect(entries(visitor)).to_have_count(1)
            await visitor.page.get_by_label("Action").select_option("Accounts and roles")
            await expect(entries(visitor)).to_have_count(3)
            lines = (await exported(visitor, "JSON Lines")).read_text(encoding="utf-8").splitlines()
            actions = ["user.deactivated", "user.changed", "user.registered"]
            assert [json.loads(line)["action"] for line in lines] == actions
            with (await exported(visitor, "CSV")).open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file))
            assert [row["action"] for row in rows] == actions
            assert {row["target_name"] for row in rows} == {reader.username}

            await visitor.page.get_by_label("To", exact=True).fill("2020-01-01")
            await expect(visitor.page.get_by_text("Nothing in the audit trail is like this.")).to_be_visible()
            await visitor.button("Show everything").first.click()
            await expect(visitor.button("Show older entries")).to_be_visible()
            await expect(visitor.page.get_by_label("Search the audit trail")).to_have_value("")

    async def test_goes_on_to_older_entries(self, visit: Visit, boss: Person) -> None:
        for number in range(51):
            ok(await boss.auth("PATCH", "/users/me", json={"full_name": f"Number {number}"}))
        async with visit(boss) as visitor:
            await visitor.go(f"/admin/audit?actor={boss.user_id}&action=user.")
            await expect(entries(visitor)).to_have_count(50)
            await visitor.button("Show older entries").click()
            await expect(visitor.button("Show older entries")).to_have_count(0)
            numbers = await entries(visitor).evaluate_all(
                "(all) => all.map((one) => one.querySelector('dd').textContent)"
            )
            assert len(numbers) == len(set(numbers)) == 51


class TestErasures:
    async def test_show_what_every_service_confirmed(self, visit: Visit, boss: Person, reader: Person) -> None:
        receipt = ok(await boss.auth("DELETE", f"/users/{reader.username}"))["erasure_id"]
        async with visit(boss) as visitor:
            await visitor.go("/admin/erasures")
            entry = visitor.page.get_by_role("list", name="Erasures").locator("> li").filter(has_text=receipt)
            await expect(entry).to_contain_text("Complete")
            await expect(entry).to_contain_text("3 of 3 services have confirmed")
            if await entry.get_by_text(receipt).is_hidden():  # it was complete before it was looked at
                await entry.get_by_text("An administrator deleted an account").click()
            await expect(entry.get_by_role("list", name="Confirmations").get_by_role("listitem")).to_have_count(3)
            await entry.get_by_role("link", name="What the audit trail says of them").click()
            deleted = entries(visitor).filter(has_text=f"{boss.username} deleted the account {reader.username}")
            await expect(deleted).to_have_count(1)


class TestSections:
    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", VIEWPORTS)
    async def test_fit_and_are_accessible(
        self, visit: Visit, boss: Person, reader: Person, width: str, theme: str
    ) -> None:
        ok(await boss.auth("POST", "/invitations/", json={"roles": ["user", "manager"]}))
        options = {"viewport": VIEWPORTS[width], "color_scheme": theme}
        faults: list[str] = []
        async with visit(boss, **options) as visitor:
            for section in ("people", "registration", "invitations"):
                await visitor.go(f"/admin/{section}")
                await expect(visitor.page.get_by_role("status", name="Loading")).to_have_count(0)
                await expect(visitor.page.locator("main").get_by_role("button").first).to_be_visible()
                faults += await faults_of(visitor, f"admin-{section}-{theme}-{width}")
            await visitor.go("/admin/people")
            for name, title in (("Create", "Create an account"), ("Invite", "Invite somebody")):
                await visitor.button(name).click()
                await expect(question(visitor, title).get_by_role("checkbox", name="user")).to_be_visible()
                faults += await faults_of(visitor, f"admin-{name.lower()}-{theme}-{width}")
                await question(visitor, title).get_by_role("button", name="Cancel").click()
            drawer = await open_person(visitor, reader.username)
            await expect(drawer.get_by_role("listitem").first).to_be_visible()
            faults += await faults_of(visitor, f"admin-person-{theme}-{width}")
            await drawer.get_by_role("button", name="Delete…").click()
            asked = question(visitor, f"Delete {reader.username}")
            await expect(asked.get_by_role("listitem")).to_have_count(3)
            faults += await faults_of(visitor, f"admin-deletion-{theme}-{width}")
        assert faults == []

"""What a person at the page sees when the network or a service goes away: nothing is lost, and there is a way on."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect
from support.browser import REFRESH_COOKIE, SIGNED_IN_KEY, Visitor, answer_text
from support.client import People, Person, until_status
from support.page_fixtures import Visit
from support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

ATTEMPTS = 5
ATTEMPT_MS = 2_000
PING_MS = 25_000
PONG_MS = 10_000
ANSWER = "[[tokens=150]][[rate=30]]"
WHOLE_ANSWER = " ".join(f"word{number}" for number in range(1, 151))
DRAFT = "A thought that took\na while to write"


@pytest_asyncio.fixture(autouse=True, loop_scope="session")
async def network(site: Site) -> AsyncIterator[None]:
    """Whole again after each test."""
    yield
    for relay in (site.auth, site.chat, site.analytics):
        await relay.restore()


@pytest_asyncio.fixture(loop_scope="session")
async def talker(visit: Visit, reader: Person) -> AsyncIterator[Visitor]:
    """`reader` in a new conversation, in a browser that may complain of lost connections; its clock can be moved."""
    conversation = await reader.new_conversation()
    async with visit(reader, expects_trouble=True) as visitor:
        await visitor.page.clock.install()
        await visitor.go(f"/c/{conversation}")
        await visitor.until_connected()
        yield visitor


async def assert_whole(visitor: Visitor, reader: Person) -> None:
    """The page shows the whole answer once, as the history has it."""
    shown = await visitor.until_answer("complete")
    (conversation,) = await reader.conversations()
    _, answer = await until_status(reader, conversation["id"], "complete")
    assert shown == WHOLE_ANSWER
    assert answer["content"].split() == shown.split()
    await expect(visitor.questions).to_have_count(1)
    await expect(visitor.answers).to_have_count(1)


async def spoil_cookie(visitor: Visitor) -> None:
    """Make the session's cookie one that the service does not take."""
    (cookie,) = await visitor.refresh_cookies()
    assert cookie["name"] == REFRESH_COOKIE
    spoilt = cookie["value"][:-8] + "AAAAAAAA"
    await visitor.context.add_cookies(
        [{"name": cookie["name"], "value": spoilt, "domain": cookie["domain"], "path": cookie["path"]}]
    )


async def restart_chat(site: Site) -> None:
    site.stack.chat.start()
    await asyncio.to_thread(site.stack.chat.wait_ready)


class TestNetwork:
    async def test_that_is_cut_lets_the_answer_go_on_where_it_was(
        self, visit: Visit, reader: Person, site: Site
    ) -> None:
        conversation = await reader.new_conversation()
        async with visit(reader, expects_trouble=True) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.say(ANSWER)
            await expect(visitor.answer).to_contain_text("word10 ")
            site.chat.cut()
            await expect(visitor.connection("closed")).to_have_text("Reconnecting…")
            await expect(visitor.page.get_by_text("attempt 1 of 5")).to_be_visible()
            await visitor.until_connected()
            await expect(visitor.page.get_by_text("The connection was lost")).to_be_hidden()
            await assert_whole(visitor, reader)

    async def test_that_is_cut_again_and_again_loses_and_doubles_nothing(
        self, talker: Visitor, reader: Person, site: Site
    ) -> None:
        await talker.say(ANSWER)
        for attempt, word in enumerate(("word5 ", "word40 ", "word80 "), start=1):
            await expect(talker.answer).to_contain_text(word)
            site.chat.cut()
            await expect(talker.page.get_by_text(f"attempt {attempt} of 5")).to_be_visible()
            await talker.page.clock.fast_forward(ATTEMPT_MS * attempt)
            await talker.until_connected()
        await assert_whole(talker, reader)

    async def test_that_falls_silent_is_noticed(self, talker: Visitor, reader: Person, site: Site) -> None:
        await talker.say(ANSWER)
        await expect(talker.answer).to_contain_text("word10 ")
        site.chat.silence()
        await talker.page.clock.fast_forward(PING_MS)
        await talker.page.clock.fast_forward(PONG_MS)
        await expect(talker.connection("closed")).to_be_visible()
        await site.chat.restore()
        await talker.page.clock.fast_forward(ATTEMPT_MS)
        await talker.until_connected()
        await assert_whole(talker, reader)

    async def test_that_stays_away_is_tried_five_times_and_then_offers_a_button(
        self, talker: Visitor, reader: Person, site: Site
    ) -> None:
        await talker.say(ANSWER)
        await expect(talker.answer).to_contain_text("word10 ")
        accepted = site.chat.accepted
        site.chat.sever()
        for attempt in range(1, ATTEMPTS + 1):
            await expect(talker.page.get_by_text(f"attempt {attempt} of 5")).to_be_visible()
            await talker.page.clock.fast_forward(ATTEMPT_MS * attempt)
        await expect(talker.connection("failed")).to_have_text("Not connected")
        await expect(talker.page.get_by_text("The chat service cannot be reached. Your messages")).to_be_visible()
        await site.chat.restore()
        await talker.page.clock.fast_forward(ATTEMPT_MS * 20)
        await expect(talker.connection("failed")).to_be_visible()
        assert site.chat.accepted == accepted, "it tried a sixth time"
        await talker.button("Reconnect").click()
        await talker.until_connected()
        await assert_whole(talker, reader)

    async def test_that_is_away_keeps_a_message_until_it_is_back(
        self, talker: Visitor, reader: Person, site: Site
    ) -> None:
        site.chat.sever()
        await expect(talker.connection("closed")).to_be_visible()
        await talker.say("[[say]]Sent once")
        await expect(talker.questions).to_have_text("[[say]]Sent once")
        await site.chat.restore()
        await talker.button("Reconnect now").click()
        assert await talker.until_answer("complete") == "Sent once"
        (conversation,) = await reader.conversations()
        contents = [message["content"] for message in await reader.messages(conversation["id"])]
        assert contents == ["[[say]]Sent once", "Sent once"]

    async def test_that_is_away_keeps_a_message_over_a_reload(
        self, talker: Visitor, reader: Person, site: Site
    ) -> None:
        site.chat.sever()
        await talker.say("[[say]]Sent after all")
        await expect(talker.questions).to_have_attribute("data-status", "sending")
        await site.chat.restore()
        await talker.page.reload()
        assert await talker.until_answer("complete") == "Sent after all"
        await expect(talker.questions).to_have_count(1)


class TestChatServiceKilled:
    async def test_in_the_middle_of_an_answer_leaves_what_had_come(
        self, visit: Visit, reader: Person, site: Site
    ) -> None:
        conversation = await reader.new_conversation()
        async with visit(reader, expects_trouble=True) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.say("[[tokens=2000]][[rate=50]]")
            await expect(visitor.answer).to_contain_text("word60 ")
            site.stack.chat.kill()
            await expect(visitor.connection("closed")).to_be_visible()
            seen = await answer_text(visitor.answer)
            await restart_chat(site)
            shown = await visitor.until_answer("interrupted")
            await expect(visitor.answer).to_contain_text("was interrupted while it wrote this answer")
            _, stored = await reader.messages(conversation)
            assert stored["content"].split() == shown.split()
            assert len(shown.split()) > 5
            assert seen.startswith(shown)
            await visitor.say("[[say]]On we go")
            assert await visitor.until_answer("complete") == "On we go"


class TestDraft:
    async def test_survives_a_reload(self, visitor: Visitor, reader: Person) -> None:
        conversation = await reader.new_conversation()
        for path in ("/", f"/c/{conversation}"):
            await visitor.go(path)
            await visitor.composer.fill(f"{DRAFT} {path}")
            await visitor.page.reload()
            await expect(visitor.composer).to_have_value(f"{DRAFT} {path}")

    async def test_survives_a_failed_beginning_and_is_sent_once(self, visit: Visit, reader: Person, site: Site) -> None:
        async with visit(reader, expects_trouble=True) as visitor:
            await visitor.go()
            await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()
            await visitor.composer.fill("[[say]]At last")
            site.chat.sever()
            await visitor.composer.press("Enter")
            await expect(visitor.alert).to_contain_text("The chat service cannot be reached.")
            await expect(visitor.composer).to_have_value("[[say]]At last")
            await site.chat.restore()
            await visitor.button("Try again").click()
            assert await visitor.until_answer("complete") == "At last"
            assert len(await reader.conversations()) == 1


class TestSession:
    async def test_that_has_ended_leads_through_the_sign_in_back_to_the_draft(
        self, visit: Visit, reader: Person
    ) -> None:
        conversation = await reader.new_conversation()
        async with visit(reader, expects_trouble=True) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.until_connected()
            await visitor.composer.fill(DRAFT)
            await spoil_cookie(visitor)
            await visitor.page.reload()
            await expect(visitor.page.get_by_text("Your session has ended.")).to_be_visible()
            await visitor.sign_in(reader.username)
            await visitor.page.wait_for_url(f"**/c/{conversation}")
            await expect(visitor.composer).to_have_value(DRAFT)
            await visitor.until_connected()

    async def test_whose_cookie_is_gone_asks_for_a_sign_in(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation()
        async with visit(reader, expects_trouble=True) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.composer.fill(DRAFT)
            await visitor.context.clear_cookies()
            await visitor.page.reload()
            await visitor.sign_in(reader.username)
            await expect(visitor.composer).to_have_value(DRAFT)

    async def test_that_nobody_remembers_is_not_asked_for(self, visitor: Visitor, reader: Person, site: Site) -> None:
        await visitor.page.add_init_script(f"localStorage.removeItem('{SIGNED_IN_KEY}')")
        await visitor.go()
        await expect(visitor.heading("Sign in")).to_be_visible()
        assert [url for url in visitor.requested if url.startswith(site.auth.address)] == []

    async def test_of_someone_else_shows_nothing_of_the_draft(
        self, visitor: Visitor, visit: Visit, visitors: People, site: Site
    ) -> None:
        await visitor.go()
        await visitor.composer.fill(DRAFT)
        await visitor.choose("Account", "Sign out")
        stranger = await visitors.register()
        await visitor.sign_in(stranger.username)
        await expect(visitor.heading(f"Hello, {stranger.username}")).to_be_visible()
        await expect(visitor.composer).to_have_value("")


class TestServiceAway:
    async def test_at_the_sign_in_says_so_and_works_later(self, visit: Visit, reader: Person, site: Site) -> None:
        async with visit(expects_trouble=True) as visitor:
            await visitor.go("/sign-in")
            site.auth.sever()
            await visitor.sign_in(reader.username)
            await expect(visitor.alert).to_contain_text("The sign-in service cannot be reached.")
            await site.auth.restore()
            await visitor.button("Sign in").click()
            await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()

    async def test_at_a_conversation_says_so_and_works_later(self, visit: Visit, reader: Person, site: Site) -> None:
        conversation = await reader.new_conversation(title="Kept")
        await reader.ask(conversation, "[[say]]Still here")
        async with visit(reader, expects_trouble=True) as visitor:
            site.chat.sever()
            await visitor.go(f"/c/{conversation}")
            sidebar = visitor.page.get_by_role("navigation", name="Conversation list")
            for part in (sidebar, visitor.page.get_by_role("main")):
                await expect(part.get_by_role("alert")).to_contain_text("The chat service cannot be reached.")
            await site.chat.restore()
            await sidebar.get_by_role("button", name="Try again").click()
            await expect(visitor.tiles).to_contain_text("Kept")
            assert await visitor.until_answer("complete") == "Still here"

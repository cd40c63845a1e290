"""A person's way through the page in a real Chromium: from the registration to a conversation that is still there."""

import re

import pytest
from playwright.async_api import expect
from support.browser import Visitor, answer_text
from support.client import PASSWORD, People, Person, unique_name
from support.page_fixtures import Visit
from support.scripted_openai import ScriptedOpenAI
from support.site import Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

CODE = "def greet(name):\n    return f'Hello, {name}'"
MARKDOWN = f"**Certainly**, here it is:\n\n```python\n{CODE}\n```\n\n| City | Country |\n|---|---|\n| Paris | France |"
PAUSING = "[[tokens=60]][[pause=0,10,30]]"


def words(count: int) -> str:
    return " ".join(f"word{number}" for number in range(1, count + 1))


async def register(visitor: Visitor, username: str, password: str = PASSWORD) -> None:
    await visitor.page.get_by_label("Username").fill(username)
    await visitor.page.get_by_label("Email").fill(f"{unique_name()}@example.com")
    await visitor.page.get_by_label("Password", exact=True).fill(password)
    await visitor.button("Create account").click()


class TestRegister:
    async def test_leads_to_a_first_conversation_that_survives_a_reload(self, visit: Visit, visitors: People) -> None:
        username = unique_name()
        async with visit() as visitor:
            await visitor.go("/")
            await expect(visitor.heading("Sign in")).to_be_visible()
            await visitor.page.get_by_role("link", name="Create an account").click()
            await expect(visitor.heading("Create an account")).to_be_visible()  # both pages have a field «Username»
            await register(visitor, username)
            await expect(visitor.heading(f"Hello, {username}")).to_be_visible()

            await visitor.composer.press_sequentially("[[say]]Bonjour")
            await visitor.composer.press("Shift+Enter")
            await visitor.composer.press_sequentially("Paris")
            await visitor.composer.press("Enter")
            assert await visitor.until_answer("complete") == "Bonjour Paris"
            await expect(visitor.tiles).to_have_count(1)
            await expect(visitor.tiles).to_contain_text("[[say]]Bonjour")
            await expect(visitor.composer).to_have_value("")

            await visitor.page.reload()
            assert await visitor.until_answer("complete") == "Bonjour Paris"
            await expect(visitor.questions).to_have_count(1)
            await expect(visitor.composer).to_have_value("")
        person = await visitors.sign_in(username, PASSWORD)
        (conversation,) = await person.conversations()
        question, _ = await person.messages(conversation["id"])
        assert question["content"] == "[[say]]Bonjour\nParis"

    async def test_with_a_taken_name_says_so_and_keeps_what_was_written(self, visit: Visit, reader: Person) -> None:
        async with visit(expects_trouble=True) as visitor:
            await visitor.go("/register")
            await register(visitor, reader.username.upper())
            await expect(visitor.alert).to_contain_text("already registered")
            username = visitor.page.get_by_label("Username")
            await expect(username).to_have_value(reader.username.upper())
            await username.fill(unique_name())
            await visitor.button("Create account").click()
            await expect(visitor.composer).to_be_visible()

    async def test_with_a_weak_password_says_so_at_the_field(self, visit: Visit) -> None:
        async with visit(expects_trouble=True) as visitor:
            await visitor.go("/register")
            await register(visitor, unique_name(), "password1")
            field = visitor.page.get_by_label("Password", exact=True)
            await expect(field).to_have_accessible_description(re.compile("common|guess", re.IGNORECASE))


class TestSignIn:
    async def test_with_a_wrong_password_says_so_and_a_right_one_goes_on(self, visit: Visit, reader: Person) -> None:
        async with visit(expects_trouble=True) as visitor:
            await visitor.go("/sign-in")
            await visitor.sign_in(reader.username, "mistyped-secret-1")
            await expect(visitor.alert).to_contain_text("Incorrect username or password")
            await visitor.sign_in(reader.username)
            await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()
            await visitor.choose("Account", "Sign out")
            await expect(visitor.heading("Sign in")).to_be_visible()

    async def test_out_in_one_tab_signs_out_the_other(self, visitor: Visitor) -> None:
        await visitor.go()
        tab = await visitor.open_tab("/")
        await tab.page.wait_for_load_state("networkidle")  # what is under way when the session ends is refused
        await visitor.choose("Account", "Sign out")
        await expect(tab.heading("Sign in")).to_be_visible()

    async def test_comes_first_at_the_address_of_a_conversation(self, visit: Visit, reader: Person) -> None:
        conversation = await reader.new_conversation()
        await reader.ask(conversation, "[[say]]Here I am")
        async with visit() as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.sign_in(reader.username)
            assert await visitor.until_answer("complete") == "Here I am"


class TestAnswer:
    async def test_appears_while_it_is_written(self, visitor: Visitor, provider: ScriptedOpenAI) -> None:
        await visitor.go()
        await visitor.say(PAUSING)
        await expect(visitor.page.get_by_text("Thinking…")).to_be_visible()
        for begun in (10, 30):
            provider.go_on()
            await expect(visitor.answer).to_contain_text(f"word{begun}")
            await expect(visitor.answer).to_have_attribute("data-status", "streaming")
            assert await answer_text(visitor.answer) == words(begun)
        provider.go_on()
        assert await visitor.until_answer("complete") == words(60)

    async def test_that_is_stopped_keeps_what_had_come(self, visitor: Visitor, reader: Person) -> None:
        await visitor.go()
        await visitor.say("[[tokens=900]][[rate=30]]")
        await expect(visitor.answer).to_contain_text("word5 ")
        await visitor.button("Stop answer").click()
        await expect(visitor.answer).to_contain_text("You stopped this answer here.")
        shown = await visitor.until_answer("stopped")
        (conversation,) = await reader.conversations()
        assert (await reader.messages(conversation["id"]))[-1]["content"].split() == shown.split()
        assert words(900).startswith(shown)
        await visitor.say("[[say]]On we go")
        assert await visitor.until_answer("complete") == "On we go"

    async def test_in_markdown_shows_code_that_can_be_copied(self, visitor: Visitor) -> None:
        await visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
        await visitor.go()
        await visitor.say(f"[[say]]{MARKDOWN}")
        await visitor.until_answer("complete")
        await expect(visitor.answer.locator("strong")).to_have_text("Certainly")
        code = visitor.answer.get_by_role("figure", name="Code, python")
        await expect(code.locator("pre")).to_have_text(CODE)
        await expect(code.locator("pre span").first).to_be_visible()  # the colours have come
        await expect(visitor.answer.get_by_role("cell", name="France")).to_be_visible()
        await code.get_by_role("button", name="Copy code").click()
        await expect(code.get_by_role("button", name="Copied")).to_be_visible()
        assert await visitor.page.evaluate("navigator.clipboard.readText()") == CODE

    async def test_is_the_same_live_in_a_second_tab(
        self, visitor: Visitor, reader: Person, provider: ScriptedOpenAI
    ) -> None:
        conversation = await reader.new_conversation()
        await visitor.go(f"/c/{conversation}")
        tab = await visitor.open_tab(f"/c/{conversation}")
        await tab.until_connected()
        await visitor.say(PAUSING)
        await expect(tab.questions).to_have_count(1)
        provider.go_on()
        await expect(tab.answer).to_contain_text("word10")
        await expect(tab.answer).to_have_attribute("data-status", "streaming")
        late = await visitor.open_tab(f"/c/{conversation}")
        await expect(late.answer).to_contain_text("word10")
        provider.go_on()
        for each in (visitor, tab, late):
            await expect(each.answer).to_contain_text("word30")
        provider.go_on()
        for each in (visitor, tab, late):
            assert await each.until_answer("complete") == words(60)
            await expect(each.answers).to_have_count(1)

    async def test_of_a_model_that_fails_says_so_and_is_asked_for_again(self, visitor: Visitor) -> None:
        await visitor.go()
        await visitor.say("[[status=400]][[times=1]]Try me")
        await visitor.button("Ask again").click()
        assert await visitor.until_answer("complete") == "This is the scripted answer to: Try me"


class TestMessage:
    async def test_on_a_phone_has_lines_and_is_sent_by_the_button(self, visit: Visit, reader: Person) -> None:
        async with visit(reader, has_touch=True, is_mobile=True, viewport={"width": 390, "height": 844}) as visitor:
            await visitor.go()
            await visitor.composer.fill("[[say]]Yes")
            await visitor.composer.press("Enter")
            await visitor.page.keyboard.type("or no")
            await expect(visitor.composer).to_have_value("[[say]]Yes\nor no")
            await expect(visitor.page.get_by_text("Enter sends")).to_have_count(0)
            await visitor.button("Send message").tap()
            await visitor.until_answer("complete")
            await expect(visitor.questions).to_have_text(re.compile("or no"))


class TestConversations:
    async def test_are_renamed_found_and_deleted(self, visitor: Visitor, reader: Person) -> None:
        for title in ("Rainbows", "Trains to Lyon"):
            await reader.new_conversation(title=title)
        await visitor.go()
        await expect(visitor.tiles).to_have_count(2)
        await visitor.choose("Actions for Rainbows", "Rename")
        await visitor.page.get_by_label("Title").fill("Light and rain")
        await visitor.button("Rename").click()
        await expect(visitor.tiles.filter(has_text="Light and rain")).to_be_visible()

        search = visitor.page.get_by_role("searchbox", name="Search conversations")
        await search.fill("lyon")
        await expect(visitor.tiles).to_have_count(1)
        await expect(visitor.tiles).to_contain_text("Trains to Lyon")
        await search.fill("")
        await expect(visitor.tiles).to_have_count(2)

        await visitor.choose("Actions for Trains to Lyon", "Delete")
        await visitor.button("Cancel").click()
        await expect(visitor.page.get_by_role("dialog")).to_be_hidden()
        await visitor.choose("Actions for Trains to Lyon", "Delete")
        await expect(visitor.page.get_by_role("dialog")).to_contain_text("Trains to Lyon")
        await visitor.button("Delete").click()
        await expect(visitor.tiles).to_have_count(1)
        assert [conversation["title"] for conversation in await reader.conversations()] == ["Light and rain"]

    async def test_that_is_deleted_leaves_its_own_page(self, visitor: Visitor, reader: Person) -> None:
        conversation = await reader.new_conversation(title="Short-lived")
        await visitor.go(f"/c/{conversation}")
        await visitor.until_connected()
        await visitor.choose("Actions for Short-lived", "Delete")
        await visitor.button("Delete").click()
        await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()
        await expect(visitor.tiles).to_have_count(0)

    async def test_with_the_newest_activity_come_first(self, visitor: Visitor, reader: Person) -> None:
        older = await reader.new_conversation(title="The older one")
        await reader.new_conversation(title="The newer one")
        await visitor.go(f"/c/{older}")
        await expect(visitor.tiles.first).to_contain_text("The newer one")
        await visitor.say("[[say]]Up again")
        await visitor.until_answer("complete")
        await expect(visitor.tiles.first).to_contain_text("The older one")

    async def test_are_begun_from_the_list(self, visitor: Visitor) -> None:
        await visitor.go()
        await visitor.button("New conversation").click()
        await visitor.page.wait_for_url("**/c/*")
        # The welcome page, which may still be there for a moment, has a composer too.
        await expect(visitor.page.get_by_text("Ask anything to begin this conversation.")).to_be_visible()
        await visitor.say("[[say]]First")
        await visitor.until_answer("complete")
        await expect(visitor.heading("[[say]]First")).to_be_visible()
        await expect(visitor.page).to_have_title("[[say]]First · ConvoAI")

    async def test_of_someone_else_are_not_found(self, visit: Visit, reader: Person, visitors: People) -> None:
        stranger = await visitors.register()
        conversation = await reader.new_conversation(title="Private")
        async with visit(stranger, expects_trouble=True) as visitor:
            await visitor.go(f"/c/{conversation}")
            await expect(visitor.heading("Conversation not found")).to_be_visible()
            await expect(visitor.page.get_by_text("Private")).to_have_count(0)


class TestAddressOfNothing:
    async def test_says_so_and_leads_home(self, visitor: Visitor, reader: Person, site: Site) -> None:
        await visitor.go("/no/such/page")
        await expect(visitor.heading("Page not found")).to_be_visible()
        await visitor.page.get_by_role("link", name="Go to your conversations").click()
        await expect(visitor.page).to_have_url(f"{site.address}/")
        await expect(visitor.heading(f"Hello, {reader.username}")).to_be_visible()

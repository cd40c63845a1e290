"""Money in a real Chromium: what answers cost, what is left of budgets, and what admins set of both."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect
from support.client import People, Person, ok
from support.inspection import faults_of
from support.page_fixtures import Visit

pytestmark = pytest.mark.asyncio(loop_scope="session")
SIZES = {"wide": {"width": 1440, "height": 900}, "narrow": {"width": 390, "height": 844}}
MODEL = "gpt-4"


@pytest_asyncio.fixture(loop_scope="session")
async def payer(visitors: People, reader: Person) -> AsyncIterator[Person]:
    """Somebody whose answers cost a thousandth of a dollar for each token; afterwards the model is free again."""
    admin = await visitors.admin()

    async def set_price(usd_per_million: float) -> None:
        prices = {"input_usd_per_million": usd_per_million, "output_usd_per_million": usd_per_million}
        ok(await admin.chat("PUT", "/prices", json={"model": MODEL} | prices))

    await set_price(1000)
    try:
        yield reader
    finally:
        await set_price(0)


async def limit(people: People, person: Person, usd: float, period: str = "day") -> None:
    admin = await people.admin()
    body = {"scope": "person", "subject": person.user_id, "period": period, "limit_usd": usd}
    ok(await admin.chat("POST", "/budgets", json=body))


class TestCost:
    async def test_stands_under_answers_and_in_the_header(self, visit: Visit, payer: Person) -> None:
        conversation = await payer.new_conversation(title="Costs", model=MODEL)
        async with visit(payer) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.until_connected()
            await visitor.say("[[tokens=8]]count")
            await visitor.until_answer("complete")
            answers = [one for one in await payer.messages(conversation) if one["role"] == "assistant"]
            usage = answers[0]["usage"]
            thousandths = usage["prompt_tokens"] + usage["completion_tokens"]
            written = f"${thousandths / 1000:.3f}".removesuffix("0")
            await expect(visitor.answer.get_by_text(written, exact=True)).to_be_visible()
            total = visitor.page.get_by_role("img", name="This conversation has cost")
            await expect(total).to_have_text(written)
            await visitor.say("[[tokens=80]]count on")
            await expect(visitor.answers).to_have_count(2)
            await visitor.until_answer("complete")
            await expect(total).not_to_have_text(written)
            answers = [one for one in await payer.messages(conversation) if one["role"] == "assistant"]
            assert sum(one["cost"]["usd"] for one in answers) == pytest.approx(await cost_of(payer, conversation))

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_fits_and_is_accessible(self, visit: Visit, payer: Person, width: str, theme: str) -> None:
        conversation = await payer.new_conversation(title="What the capital of France is, and why", model=MODEL)
        await payer.ask(conversation, "[[say]]Paris is the capital of France.")
        await payer.ask(conversation, "[[say]][[no_usage]]It has been for about a thousand years.")
        async with visit(payer, viewport=SIZES[width], color_scheme=theme) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.until_connected()
            cost = visitor.answer.get_by_text(re.compile(r"^about \$0\.\d+$"))
            await cost.focus()
            await expect(visitor.page.get_by_role("tooltip")).to_contain_text("An estimate")
            assert await faults_of(visitor, f"money-chat-{theme}-{width}") == []


async def cost_of(person: Person, conversation: str) -> float:
    return float(ok(await person.chat("GET", f"/conversations/{conversation}"))["cost_usd"])


class TestRefusal:
    async def test_keeps_the_message_and_says_when_it_ends(self, visit: Visit, visitors: People, payer: Person) -> None:
        conversation = await payer.new_conversation(title="Too dear", model=MODEL)
        await limit(visitors, payer, 0.001)
        async with visit(payer) as visitor:
            await visitor.go(f"/c/{conversation}")
            await visitor.until_connected()
            await visitor.say("A question that is worth keeping")
            refusal = visitor.questions.last.get_by_role("alert")
            await expect(refusal).to_contain_text("Your budget for today of")
            await expect(refusal).to_contain_text("It starts anew at")
            await visitor.page.reload()
            await expect(visitor.questions.last).to_contain_text("A question that is worth keeping")
        assert await payer.messages(conversation) == []

    async def test_of_a_first_message_loses_nothing_of_it(self, visit: Visit, visitors: People, payer: Person) -> None:
        await limit(visitors, payer, 0.001)
        async with visit(payer) as visitor:
            await visitor.go("/")
            await visitor.say("A first question")
            await expect(visitor.questions.last.get_by_role("alert")).to_contain_text("Your budget for today of")
            await visitor.button("Back to draft").click()
            await expect(visitor.composer).to_have_value("A first question")


class TestOwnUse:
    async def test_tells_what_was_spent_and_what_is_left(self, visit: Visit, visitors: People, payer: Person) -> None:
        conversation = await payer.new_conversation(title="Spending", model=MODEL)
        await limit(visitors, payer, 2.5)
        await payer.ask(conversation, "[[tokens=1200]]count")
        async with visit(payer) as visitor:
            await visitor.go("/settings/use")
            budget = visitor.page.get_by_role("list", name="Budgets").get_by_role("listitem").first
            await expect(budget).to_contain_text(re.compile(r"Yours, for each day.*\$1\.2\d of \$2\.50 spent"))
            spent = visitor.page.get_by_role("region", name="What you spent")
            await expect(spent.get_by_text(re.compile(r"^\$1\.2\d$"))).to_have_count(2)

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_fits_and_is_accessible(
        self, visit: Visit, visitors: People, payer: Person, width: str, theme: str
    ) -> None:
        conversation = await payer.new_conversation(title="Spending", model=MODEL)
        await limit(visitors, payer, 2.5)
        await limit(visitors, payer, 1.2, "month")
        await payer.ask(conversation, "[[tokens=1200]]count")
        async with visit(payer, viewport=SIZES[width], color_scheme=theme) as visitor:
            await visitor.go("/settings/use")
            await expect(visitor.page.get_by_text("Used up")).to_be_visible()
            assert await faults_of(visitor, f"money-use-{theme}-{width}") == []


class TestBudgets:
    async def test_are_added_changed_and_removed(self, visit: Visit, visitors: People, reader: Person) -> None:
        boss = await visitors.register(roles=["user", "admin"])
        async with visit(boss) as visitor:
            page = visitor.page
            await visitor.go("/admin/budgets")
            await visitor.button("Add a budget").click()
            await page.get_by_label("For whom").select_option("One person")
            await page.get_by_label("Username").fill(reader.username)
            await page.get_by_label("Limit in US dollars").fill("5")
            await visitor.button("Add budget").click()
            called = f"{reader.username}, Each day"
            change = visitor.button(f"Change the limit: {called}")
            await change.click()
            await page.get_by_label("Limit in US dollars").fill("7.5")
            await page.get_by_label("Limit in US dollars").press("Enter")
            entry = page.get_by_role("list", name="Budgets").get_by_role("listitem").filter(has_text=reader.username)
            await expect(entry).to_contain_text("$0.00 of $7.50 spent")
            await expect(change).to_be_focused()
            own = ok(await reader.chat("GET", "/spending/me"))["budgets"]
            assert [one["limit_usd"] for one in own if one["scope"] == "person"] == [7.5]
            await visitor.button(f"Remove the budget: {called}").click()
            await visitor.button("Remove").click()
            await expect(entry).to_have_count(0)
        assert ok(await reader.chat("GET", "/spending/me"))["budgets"] == []

    async def test_that_are_there_already_are_said_to_be(self, visit: Visit, visitors: People, reader: Person) -> None:
        boss = await visitors.register(roles=["user", "admin"])
        await limit(visitors, reader, 5)
        async with visit(boss, expects_trouble=True) as visitor:  # the browser notes the 409 in its console
            page = visitor.page
            await visitor.go("/admin/budgets")
            await visitor.button("Add a budget").click()
            await page.get_by_label("For whom").select_option("One person")
            await page.get_by_label("Username").fill(reader.username)
            await page.get_by_label("Limit in US dollars").fill("6")
            await visitor.button("Add budget").click()
            dialog = page.get_by_role("dialog", name="Add a budget")
            await expect(dialog.get_by_role("alert")).to_contain_text("There is such a budget already")
            await expect(page.get_by_label("Limit in US dollars")).to_have_value("6")

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_fit_and_are_accessible(
        self, visit: Visit, visitors: People, payer: Person, width: str, theme: str
    ) -> None:
        boss = await visitors.register(roles=["user", "admin"])
        conversation = await payer.new_conversation(title="Spending", model=MODEL)
        await limit(visitors, payer, 2.5)
        await limit(visitors, payer, 1.2, "month")
        await payer.ask(conversation, "[[tokens=1200]]count")
        async with visit(boss, viewport=SIZES[width], color_scheme=theme) as visitor:
            await visitor.go("/admin/budgets")
            await expect(visitor.page.get_by_text(payer.username).first).to_be_visible()
            assert await faults_of(visitor, f"money-budgets-{theme}-{width}") == []
            await visitor.button("Add a budget").click()
            await visitor.page.get_by_label("For whom").select_option("One person")
            await visitor.button("Add budget").click()
            assert await faults_of(visitor, f"money-budget-{theme}-{width}") == []


class TestPrices:
    async def test_are_changed_and_hold_from_then_on(self, visit: Visit, visitors: People, payer: Person) -> None:
        boss = await visitors.register(roles=["user", "admin"])
        async with visit(boss) as visitor:
            page = visitor.page
            await visitor.go("/admin/prices")
            await visitor.button(f"Change the price of {MODEL}").click()
            await page.get_by_label("Reading a million tokens").fill("2.125")
            await page.get_by_label("Writing a million tokens").fill("8")
            await visitor.button("Save").click()
            entry = page.get_by_role("list", name="Prices").get_by_role("listitem").filter(has_text=MODEL).first
            await expect(entry).to_contain_text("Reading $2.125, writing $8.00")
            await entry.get_by_text(f"All prices of {MODEL} so far").click()
            await expect(entry).to_contain_text("writing $1,000.00")
        conversation = await payer.new_conversation(model=MODEL)
        answer = await payer.ask(conversation, "[[tokens=10]]count")
        usage = answer["usage"]
        per_million = usage["prompt_tokens"] * 2.125 + usage["completion_tokens"] * 8
        assert answer["cost"]["usd"] == pytest.approx(per_million / 1_000_000)

    async def test_are_read_by_managers_alone_beside_admins(
        self, visit: Visit, visitors: People, payer: Person
    ) -> None:
        manager = await visitors.register(roles=["user", "manager"])
        async with visit(manager) as visitor:
            await visitor.go("/admin/prices")
            await expect(visitor.page.get_by_role("list", name="Prices")).to_contain_text(MODEL)
            await expect(visitor.button(f"Change the price of {MODEL}")).to_have_count(0)
            await visitor.go("/admin/budgets")
            await expect(visitor.heading("Limits")).to_be_visible()
            await expect(visitor.button("Add a budget")).to_have_count(0)
        async with visit(payer) as visitor:
            await visitor.go("/admin/prices")
            await expect(visitor.heading("Page not found")).to_be_visible()

    @pytest.mark.parametrize("theme", ["light", "dark"])
    @pytest.mark.parametrize("width", SIZES)
    async def test_fit_and_are_accessible(
        self, visit: Visit, visitors: People, payer: Person, width: str, theme: str
    ) -> None:
        boss = await visitors.register(roles=["user", "admin"])
        async with visit(boss, viewport=SIZES[width], color_scheme=theme) as visitor:
            await visitor.go("/admin/prices")
            await visitor.page.get_by_text(f"All prices of {MODEL} so far").click()
            await expect(visitor.page.get_by_text("$1,000.00").first).to_be_visible()
            assert await faults_of(visitor, f"money-prices-{theme}-{width}") == []
            await visitor.button(f"Change the price of {MODEL}").click()
            await expect(visitor.page.get_by_role("dialog")).to_be_visible()
            assert await faults_of(visitor, f"money-price-{theme}-{width}") == []

"""Money in a real Chromium: what answers cost, and what is left of budgets."""

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
            await expect(visitor.page.get_by_text(re.compile(r"^\$1\.2\d$"))).to_have_count(2)

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

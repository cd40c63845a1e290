"""A title that the model makes is paid for by whoever sent the message, and never in anybody's way."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
from chat_server.budgets.keeper import ReservationKeeper
from chat_server.db.costs import Reservation
from chat_server.dependencies import Parts
from chat_server.generation import titles
from chat_server.llm.client import CompletionChunk, Price, Usage
from chat_server.llm.errors import ProviderUnavailable
from chat_server.prices.service import PriceService
from chat_testing.model import FakeModel, ScriptedAnswer
from chat_testing.money import Books, SetBudget
from chat_testing.stored import Stored
from chat_testing.waiting import eventually
from service_kit.clock import utc_now
from service_kit.events import EventBatch
from sqlalchemy import update

COST = 210_000  # of the fake model's answer, in nano USD
NAMING = Usage(40, 20, 60)
TITLE_COST = 40 * 10_000 + 20 * 30_000
EVERYBODY = ("platform", "")
QUESTION = "How do I bake bread?"


@pytest.fixture
def setting_changes() -> dict[str, Any]:
    return {"auto_titles": True}


@pytest.fixture
def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}"


async def ask(ann: httpx.AsyncClient, url: str, model: FakeModel) -> None:
    """Sends the question and ends its answer; the next request may be that for the title."""
    asking = asyncio.create_task(ann.post(f"{url}/messages", json={"content": QUESTION}))
    answer = await model.answer(len(model.answers) + 1)
    answer.say("Mix flour and water.")
    answer.end()
    assert (await asking).status_code == 200


async def begin_naming(ann: httpx.AsyncClient, url: str, model: FakeModel) -> ScriptedAnswer:
    model.hold()
    await ask(ann, url, model)
    return await model.answer(2)


async def is_over(parts: Parts) -> None:
    await eventually(lambda: not parts.generation._titles._tasks)


async def costs(ann: httpx.AsyncClient, url: str) -> int:
    cost_usd: float = (await ann.get(url)).json()["cost_usd"]
    return round(cost_usd * 1e9)


class TestATitle:
    async def test_is_charged_to_the_person_and_counted_with_the_conversation(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, books: Books, parts: Parts
    ) -> None:
        naming = await begin_naming(ann, url, model)
        (reserved,) = await books.reserved()
        assert reserved >= 30_000 * titles.TITLE_TOKENS
        naming.say("Baking bread")
        naming.end(usage=NAMING)
        await is_over(parts)
        total = COST + TITLE_COST
        assert await books.spent() == {EVERYBODY: total, ("role", "user"): total, ("person", "ann"): total}
        assert (await costs(ann, url), await books.reserved()) == (total, [])
        assert (await ann.get(url)).json()["title"] == "Baking bread"

    @pytest.mark.usefixtures("books")  # for the prices
    async def test_is_told_to_analytics_though_it_is_no_message(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, parts: Parts, stored: Stored, conversation_id: str
    ) -> None:
        naming = await begin_naming(ann, url, model)
        naming.say("I cannot do that.")  # no title comes of it, and yet it was paid
        naming.end(usage=NAMING)
        await is_over(parts)
        (event,) = await stored.events("title_generated")
        told = {"conversation_id": conversation_id, "user_id": "ann", "model": "gpt-4", "provider": "scripted"}
        tokens = {"prompt_tokens": 40, "completion_tokens": 20, "total_tokens": 60, "cost_nano_usd": TITLE_COST}
        assert event.items() >= (told | tokens).items()
        assert len(await stored.events("message_created")) == 2
        msgspec.convert({"events": [event]}, EventBatch, strict=False)

    async def test_that_was_never_begun_is_not_told(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, parts: Parts, stored: Stored
    ) -> None:
        model.hold()
        await ask(ann, url, model)
        naming = await model.answer(2)
        naming.fail(ProviderUnavailable())
        await is_over(parts)
        assert await stored.events("title_generated") == []

    async def test_that_is_none_is_paid_all_the_same(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, books: Books, parts: Parts
    ) -> None:
        naming = await begin_naming(ann, url, model)
        naming.say("I cannot do that.")
        naming.end(usage=NAMING)
        await is_over(parts)
        assert await costs(ann, url) == COST + TITLE_COST
        assert await books.reserved() == []

    async def test_without_usage_is_estimated_thoughts_included(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, books: Books, parts: Parts
    ) -> None:
        naming = await begin_naming(ann, url, model)
        naming.think("What is this about? " * 20)
        naming.say("word " * 100)  # more than any title: the call is left
        await is_over(parts)
        written = (await books.spent())[EVERYBODY] - COST
        assert written > 30_000 * (400 + 500) / 3.5
        assert await costs(ann, url) == COST + written

    async def test_of_a_fallback_costs_what_that_costs(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, books: Books, parts: Parts
    ) -> None:
        await parts.database.write(lambda session: PriceService(session).record({"dear": Price(1000, 3000)}))
        naming = await begin_naming(ann, url, model)
        naming.chunk(CompletionChunk("Baking bread", None, None, model="dear"))
        naming.end(usage=NAMING)
        await is_over(parts)
        assert await costs(ann, url) == COST + 40 * 1_000_000 + 20 * 3_000_000

    async def test_that_failed_before_it_began_costs_nothing(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, books: Books, parts: Parts
    ) -> None:
        (await begin_naming(ann, url, model)).fail(ProviderUnavailable("away"))
        await is_over(parts)
        assert (await costs(ann, url), await books.reserved()) == (COST, [])

    async def test_of_a_deleted_conversation_is_paid(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, books: Books, parts: Parts
    ) -> None:
        naming = await begin_naming(ann, url, model)
        await ann.delete(url)
        naming.say("Baking bread")
        naming.end(usage=NAMING)
        await is_over(parts)
        assert (await books.spent())["person", "ann"] == COST + TITLE_COST
        assert await books.reserved() == []

    async def test_of_a_model_without_a_price_costs_nothing(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, books: Books, parts: Parts
    ) -> None:
        await ann.patch(url, json={"model": "gpt-4-mini"})
        naming = await begin_naming(ann, url, model)
        assert await books.reserved() == []
        naming.say("Baking bread")
        naming.end()
        await is_over(parts)
        assert (await costs(ann, url), await books.spent()) == (0, {})


class TestABudget:
    async def test_that_is_used_up_leaves_the_first_words_until_there_is_room(
        self,
        ann: httpx.AsyncClient,
        admin: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        books: Books,
        parts: Parts,
        set_budget: SetBudget,
    ) -> None:
        limit = (await set_budget(0.0156, "person", "ann"))["id"]  # room for one answer's reservation
        model.hold()
        asking = asyncio.create_task(ann.post(f"{url}/messages", json={"content": QUESTION}))
        answer = await model.answer()
        answer.say("Mix flour and water.")
        answer.end(usage=Usage(50, 500, 550))
        assert (await asking).status_code == 200
        await is_over(parts)
        assert len(model.answers) == 1
        assert (await ann.get(url)).json()["title"] == QUESTION
        assert await books.reserved() == []
        await admin.patch(f"/budgets/{limit}", json={"limit_usd": 1})
        await ask(ann, url, model)
        naming = await model.answer(3)
        naming.say("Baking bread")
        naming.end(usage=NAMING)
        await is_over(parts)
        assert (await ann.get(url)).json()["title"] == "Baking bread"


class TestAnEndInBetween:
    async def test_of_the_service_settles_what_was_asked_for(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, books: Books, parts: Parts
    ) -> None:
        naming = await begin_naming(ann, url, model)
        await parts.generation.stop()
        assert naming.left.is_set()
        assert await books.reserved() == []
        assert (await books.spent())[EVERYBODY] > COST

    async def test_by_the_time_limit_settles_it(
        self,
        ann: httpx.AsyncClient,
        url: str,
        model: FakeModel,
        books: Books,
        parts: Parts,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(titles, "TITLE_SECONDS", 0.2)
        await begin_naming(ann, url, model)
        await is_over(parts)
        assert await books.reserved() == []
        assert (await books.spent())[EVERYBODY] > COST

    async def test_by_a_crash_is_charged_once_nobody_holds_it(
        self, ann: httpx.AsyncClient, url: str, model: FakeModel, books: Books, parts: Parts
    ) -> None:
        naming = await begin_naming(ann, url, model)
        (reserved,) = await books.reserved()
        past = update(Reservation).values(held_until=utc_now() - timedelta(seconds=1))
        await parts.database.write(lambda session: session.execute(past))
        await parts.reservations.keep()
        assert await books.reserved() == [reserved], "whoever asks for it holds it"
        await parts.database.write(lambda session: session.execute(past))
        await ReservationKeeper(parts.database, list).keep()  # that of a process which knows nothing of it
        assert (await books.reserved(), (await books.spent())[EVERYBODY]) == ([], COST + reserved)
        naming.say("Baking bread")  # it was only slow: nothing is charged twice
        naming.end(usage=NAMING)
        await is_over(parts)
        assert (await books.spent())[EVERYBODY] == COST + reserved

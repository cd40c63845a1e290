"""An answer is paid once, whatever becomes of it, and nothing is spent that a budget has no room for."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from chat_server.budgets import keeper as keeping
from chat_server.budgets import service as budgeting
from chat_server.budgets.keeper import ReservationKeeper
from chat_server.db.costs import Reservation
from chat_server.dependencies import Parts
from chat_server.errors import BudgetExhausted
from chat_server.generation.delivery import Delivery
from chat_server.llm.client import CompletionChunk, Price, Usage
from chat_server.llm.errors import ProviderBadResponse, ProviderUnavailable
from chat_server.messages.commands import SendCommand
from chat_server.messages.turns import TurnStore
from chat_server.prices.service import PriceService
from chat_testing.callers import ClientFor, Connect
from chat_testing.model import FakeModel
from chat_testing.money import Books, SetBudget
from chat_testing.problems import code_of
from chat_testing.waiting import eventually
from service_kit.clock import utc_now
from sqlalchemy import select, update

COST = 210_000  # of the fake model's answer, in nano USD
EVERYBODY = ("platform", "")


async def ask(person: httpx.AsyncClient, conversation_id: str, **fields: Any) -> httpx.Response:
    return await person.post(f"/conversations/{conversation_id}/messages", json={"content": "Hi"} | fields)


async def begin(person: httpx.AsyncClient) -> str:
    return str((await person.post("/conversations/", json={})).json()["id"])


class TestCost:
    async def test_is_told_with_the_answer_and_stays_when_the_price_changes(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books, parts: Parts
    ) -> None:
        reply = (await ask(ann, conversation_id)).json()["reply"]
        assert reply["cost"] == {"usd": 0.00021, "is_estimated": False}
        await parts.database.write(lambda session: PriceService(session).record({"gpt-4": Price(100, 300)}))
        question, answer = (await ann.get(f"/conversations/{conversation_id}/messages")).json()
        assert (question["cost"], answer["cost"]) == (None, reply["cost"])
        second = (await ask(ann, conversation_id)).json()["reply"]
        assert second["cost"]["usd"] == 0.0021
        assert (await ann.get(f"/conversations/{conversation_id}")).json()["cost_usd"] == 0.00231
        assert await books.spent() == {EVERYBODY: 11 * COST, ("role", "user"): 11 * COST, ("person", "ann"): 11 * COST}

    async def test_is_in_the_final_frame_and_the_event(
        self, connect: Connect, conversation_id: str, books: Books, stored: Any
    ) -> None:
        async with connect(conversation_id) as socket:
            await socket.say("Hi")
            frames = await socket.until_answered()
        assert frames[-1]["cost"] == {"usd": 0.00021, "is_estimated": False}
        costs = [event["cost_nano_usd"] for event in await stored.events("message_created")]
        assert costs == [None, COST]
        assert await books.reserved() == []

    async def test_is_unknown_for_a_model_without_a_price(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books, set_budget: SetBudget
    ) -> None:
        await set_budget(0)
        reply = (await ask(ann, conversation_id, model="gpt-4-mini")).json()["reply"]
        assert reply["cost"] is None
        assert await books.spent() == {}

    async def test_of_a_resend_is_counted_once(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books
    ) -> None:
        answers = await asyncio.gather(*(ask(ann, conversation_id, client_id="c") for _ in range(5)))
        assert len({answer.json()["reply"]["id"] for answer in answers}) == 1
        assert (await books.spent())[EVERYBODY] == COST

    async def test_of_a_fallback_is_that_of_the_model_that_answered(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books, parts: Parts, model: FakeModel
    ) -> None:
        model.fallbacks = ("dear",)
        prices = {"gpt-4": Price(10, 30), "dear": Price(1000, 3000)}
        await parts.database.write(lambda session: PriceService(session).record(prices))
        model.hold()
        sending = asyncio.create_task(ask(ann, conversation_id))
        answer = await model.answer()
        assert sum(await books.reserved()) > 3000 * 500 * 1000, "the dearest that may answer is reserved"
        answer.chunk(CompletionChunk("", None, None, model="dear"))
        answer.say("Hello")
        answer.end()
        assert (await sending).json()["reply"]["cost"]["usd"] == 0.021


class TestAnEndWithoutUsage:
    async def test_is_estimated_when_it_was_stopped(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books, model: FakeModel, connect: Connect
    ) -> None:
        model.hold()
        async with connect(conversation_id) as socket:
            await socket.say("Hi")
            answer = await model.answer()
            answer.say("A long answer " * 10)
            delta = (await socket.until("delta"))[-1]
            await socket.send(type="stop", message_id=delta["message_id"])
            final = (await socket.until_answered())[-1]
        assert final["cost"]["is_estimated"] is True
        assert (await books.spent())[EVERYBODY] == round(final["cost"]["usd"] * 1e9) > 40 * 30_000
        assert await books.reserved() == []

    async def test_costs_nothing_when_it_failed_before_it_began(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books, model: FakeModel
    ) -> None:
        model.enter_error = ProviderUnavailable()
        assert (await ask(ann, conversation_id)).status_code == 503
        assert (await books.spent())[EVERYBODY] == 0
        assert await books.reserved() == []

    async def test_costs_what_came_when_it_broke_off(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books, model: FakeModel
    ) -> None:
        model.hold()
        sending = asyncio.create_task(ask(ann, conversation_id))
        answer = await model.answer()
        answer.say("Some words")
        answer.fail(ProviderBadResponse())
        assert (await sending).status_code == 502
        assert 0 < (await books.spent())[EVERYBODY] < 30_000 * 500

    async def test_is_paid_when_the_conversation_was_deleted_meanwhile(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books, model: FakeModel
    ) -> None:
        model.hold()
        sending = asyncio.create_task(ask(ann, conversation_id))
        (await model.answer()).say("Some words")
        assert (await ann.delete(f"/conversations/{conversation_id}")).status_code == 200
        await sending
        assert await books.reserved() == []
        assert (await books.spent())["person", "ann"] > 0


class TestBudgets:
    async def test_refuse_what_they_have_no_room_for_and_store_nothing(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books, set_budget: SetBudget
    ) -> None:
        await set_budget(0.01, "person", "*")
        refusal = await ask(ann, conversation_id)
        assert code_of(refusal) == (429, "budget_exhausted")
        assert refusal.json()["detail"].startswith("Your budget for today of 0.01 USD has 0.01 USD left, and this")
        assert 0 < int(refusal.headers["Retry-After"]) <= 86_400
        assert (await ann.get(f"/conversations/{conversation_id}/messages")).json() == []
        assert (await books.spent(), await books.reserved()) == ({}, [])

    @pytest.mark.parametrize("stream", [True, False])
    async def test_refuse_over_a_socket_with_a_frame(
        self, connect: Connect, conversation_id: str, books: Books, set_budget: SetBudget, stream: bool
    ) -> None:
        await set_budget(0)
        async with connect(conversation_id, stream=stream) as socket:
            await socket.say("Hi", client_id="c-1")
            refusal = (await socket.until("error"))[-1]
        assert (refusal["code"], refusal["client_id"]) == ("budget_exhausted", "c-1")
        assert refusal["message"].startswith("The platform's budget for today is used up. It starts anew at ")
        assert await books.reserved() == []

    @pytest.mark.parametrize(
        ("scope", "subject", "refused"),
        [
            ("platform", "", ["ann", "bob", "manager"]),
            ("role", "user", ["ann", "bob"]),
            ("role", "manager", ["manager"]),
            ("person", "bob", ["bob"]),
            ("person", "*", ["ann", "bob", "manager"]),
        ],
    )
    async def test_hold_for_those_they_are_for(
        self, client_for: ClientFor, books: Books, set_budget: SetBudget, scope: str, subject: str, refused: list[str]
    ) -> None:
        await set_budget(0, scope, subject, "month")
        people = {name: client_for(name) for name in ("ann", "bob", "manager")}
        answers = {name: await ask(person, await begin(person)) for name, person in people.items()}
        assert [name for name, answer in answers.items() if answer.status_code == 429] == refused
        assert await books.reserved() == []

    async def test_of_a_persons_own_stand_for_that_of_each(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books, set_budget: SetBudget
    ) -> None:
        await set_budget(0, "person", "*")
        await set_budget(1, "person", "ann")
        assert (await ask(ann, conversation_id)).status_code == 200
        await set_budget(0, "person", "*", "month")
        assert (await ask(ann, conversation_id)).status_code == 429

    async def test_leave_the_cheap_model_when_they_have_no_room_for_its_fallback(
        self,
        ann: httpx.AsyncClient,
        conversation_id: str,
        books: Books,
        set_budget: SetBudget,
        parts: Parts,
        model: FakeModel,
    ) -> None:
        model.fallbacks = ("dear",)
        prices = {"gpt-4": Price(10, 30), "dear": Price(1000, 3000)}
        await parts.database.write(lambda session: PriceService(session).record(prices))
        await set_budget(1)
        assert (await ask(ann, conversation_id)).status_code == 200
        assert model.answers[0].request.may_fall_back is False

    @pytest.mark.parametrize("room_for", [0, 1, 10])
    async def test_with_room_for_some_let_as_many_of_fifty_at_once_through(
        self, parts: Parts, ann: httpx.AsyncClient, books: Books, set_budget: SetBudget, model: FakeModel, room_for: int
    ) -> None:
        model.hold()
        one = 0.0155  # of an answer's reservation: 500 tokens at 30 USD a million, and the prompt
        await set_budget(one * room_for)
        conversations = [await begin(ann) for _ in range(50)]
        commands = [SendCommand("ann", one, "Hi", None, None, ("user",)) for one in conversations]
        sent = await asyncio.gather(*map(parts.generation.send, commands), return_exceptions=True)
        begun = [result for result in sent if isinstance(result, Delivery)]
        assert len(begun) == room_for
        assert all(isinstance(result, BudgetExhausted) for result in sent if not isinstance(result, Delivery))
        for number in range(1, room_for + 1):
            answer = await model.answer(number)
            answer.say("Hello")
            answer.end(usage=Usage(20, 500, 520))
        for delivery in begun:
            await delivery.finished()
        assert (await books.spent()).get(EVERYBODY, 0) <= room_for * one * 1e9
        assert await books.reserved() == []


class TestAWriterThatDied:
    async def test_leaves_an_answer_that_is_charged_by_what_was_stored(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books, model: FakeModel, parts: Parts
    ) -> None:
        model.hold()
        sending = asyncio.create_task(ask(ann, conversation_id))
        (await model.answer()).say("Some words")
        generation = parts.generation
        await eventually(lambda: generation.active(conversation_id)[0].seq == 1)
        await generation.keeper.save()
        (reserved,) = await books.reserved()
        abandoned = await parts.database.write(
            lambda session: TurnStore(session).interrupt_abandoned(
                silent_since=utc_now() + timedelta(seconds=5),
                except_ids=[],
                price_keys=model.price_keys,
                provider_of=model.provider_of,
            )
        )
        assert abandoned[0].cost is not None
        assert (await books.spent())[EVERYBODY] == abandoned[0].cost.nano_usd < reserved
        # The writer was only slow: it finds its answer ended, and nothing is charged twice.
        (await model.answer()).end(usage=Usage(1000, 1000, 2000))
        await sending
        assert (await books.spent())[EVERYBODY] == abandoned[0].cost.nano_usd
        conversation = (await ann.get(f"/conversations/{conversation_id}")).json()
        assert round(conversation["cost_usd"] * 1e9) == abandoned[0].cost.nano_usd

    async def test_leaves_a_reservation_that_is_charged_in_full_once_nobody_holds_it(
        self, parts: Parts, books: Books, set_budget: SetBudget
    ) -> None:
        today = utc_now()
        row = Reservation(
            answer_id="gone",
            user_id="ann",
            roles=",user,",
            day=today.date(),
            nano_usd=7,
            prompt_tokens=1,
            held_until=today + timedelta(seconds=30),
        )
        await parts.database.write(lambda session: session.add(row))
        keeper = ReservationKeeper(parts.database, list)
        await keeper.keep()
        assert await books.reserved() == [7]
        past = update(Reservation).values(held_until=today - timedelta(seconds=1))
        await parts.database.write(lambda session: session.execute(past))
        await keeper.keep()
        await keeper.keep()
        assert await books.reserved() == []
        assert await books.spent() == {EVERYBODY: 7, ("role", "user"): 7, ("person", "ann"): 7}

    async def test_that_lives_holds_what_it_writes(
        self, ann: httpx.AsyncClient, conversation_id: str, books: Books, model: FakeModel, parts: Parts
    ) -> None:
        model.hold()
        sending = asyncio.create_task(ask(ann, conversation_id))
        answer = await model.answer()
        past = update(Reservation).values(held_until=utc_now() - timedelta(seconds=1))
        await parts.database.write(lambda session: session.execute(past))
        query = select(Reservation.answer_id)
        (answer_id,) = await parts.database.read(lambda session: session.scalars(query).all())
        await ReservationKeeper(parts.database, lambda: [answer_id]).keep()
        assert len(await books.reserved()) == 1
        answer.say("Hello")
        answer.end()
        assert (await sending).status_code == 200

    def test_blocks_no_budget_for_a_minute(self) -> None:
        assert budgeting.HELD_FOR.total_seconds() + keeping.KEEP_SECONDS < 60

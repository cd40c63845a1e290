"""The relay carries orders of erasure to a service that is there, away, wrong or back again, and ends when told."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from auth_server.audit.chain import ChainSigner
from auth_server.audit.schemas import OPERATOR
from auth_server.audit.service import Auditor
from auth_server.db.models import AuditEntry
from auth_server.erasures import relay as relay_module
from auth_server.erasures.neighbours import Neighbour
from auth_server.erasures.relay import ErasureRelay
from auth_server.erasures.schemas import ANALYTICS, CHAT, ErasureOut, ErasurePart, ServiceName
from auth_server.erasures.service import Erasures
from auth_server.settings import SERVICE_FOLDER
from auth_server.users.schemas import NewUser
from auth_server.users.service import UserService
from service_kit.database import Database, T, Work
from service_kit.errors import DatabaseUnavailable
from service_kit.migrations import upgrade_to_head
from service_kit.request_context import REQUEST_ID_HEADER, request_id_var
from service_kit.tokens import TokenCodec
from service_kit.waiting import wait_at_most
from sqlalchemy import select
from sqlalchemy.orm import Session
from support.databases import new_database_url
from support.waiting import eventually

SECRET = "a-secret-of-the-tests-with-enough-bytes"
SIGNER = ChainSigner(SECRET)
ERASED = {"conversations": 2, "messages": 9}
END_SECONDS = 20.0  # only a relay that does not end takes this long


class FakeService:
    """Another service: confirms what it is asked, unless the test gave it something else to answer."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.is_away = False
        self.answers: dict[str, httpx.Response] = {}  # by user id

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.is_away:
            raise httpx.ConnectError("nobody listens")
        self.requests.append(request)
        order = json.loads(request.content)
        report = {"erasure_id": order["erasure_id"], "erased": ERASED}
        return self.answers.get(order["user_id"]) or httpx.Response(200, json=report)

    @property
    def orders(self) -> list[str]:
        """The erasures that were asked for, in order."""
        return [json.loads(request.content)["erasure_id"] for request in self.requests]

    def relay(self, database: Database, name: ServiceName = CHAT) -> ErasureRelay:
        """What carries orders to it."""
        transport = httpx.MockTransport(self)
        return ErasureRelay(database, Neighbour(name, "http://other.test", TokenCodec(SECRET), transport), SIGNER)


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay_module, "FIRST_PAUSE_SECONDS", 0.001)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return new_database_url(tmp_path / "auth.db")


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    await asyncio.to_thread(upgrade_to_head, SERVICE_FOLDER, url)
    database = Database(url, threads=2, sqlite_synchronous="NORMAL")
    yield database
    await database.close()


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
async def relay(database: Database, service: FakeService) -> AsyncIterator[ErasureRelay]:
    """The relay to chat-service, not started."""
    relay = service.relay(database)
    yield relay
    await relay.stop()


async def delete_person(database: Database, name: str = "ada") -> ErasureOut:
    """Somebody registers and is deleted; the receipt as it is then."""

    def work(session: Session) -> ErasureOut:
        users, erasures = UserService(session), Erasures(session)
        users.create(NewUser(name, f"{name}@example.com", None, "no hash", ("user",)))
        return erasures.receipt(erasures.begin(name, Auditor(SIGNER, OPERATOR)))

    return await database.write(work)


async def receipt_of(database: Database, erasure: ErasureOut) -> ErasureOut:
    return await database.read(lambda session: Erasures(session).receipt(erasure.id))


async def part_of(database: Database, erasure: ErasureOut, name: ServiceName = CHAT) -> ErasurePart:
    return next(part for part in (await receipt_of(database, erasure)).services if part.service == name)


async def completions(database: Database) -> list[tuple[str, str | None, Any]]:
    """Who, whom and what of the entries that say so."""

    def read(session: Session) -> list[tuple[str, str | None, Any]]:
        entries = session.scalars(select(AuditEntry).where(AuditEntry.action == "erasure.completed"))
        return [(entry.actor_name, entry.target_id, json.loads(entry.detail)) for entry in entries]

    return await database.read(read)


class TestDeliver:
    async def test_what_a_service_confirms_is_on_the_receipt(
        self, database: Database, relay: ErasureRelay, service: FakeService
    ) -> None:
        erasure = await delete_person(database)
        before = await part_of(database, erasure)
        assert (before.is_confirmed, before.attempts, before.erased) == (False, 0, None)
        await relay.deliver_once()
        part = await part_of(database, erasure)
        assert (part.is_confirmed, part.attempts, part.erased, part.problem) == (True, 1, ERASED, None)
        assert part.confirmed_at is not None
        assert part.confirmed_at == part.attempted_at
        assert (await receipt_of(database, erasure)).completed_at is None, "analytics has not confirmed"
        await relay.deliver_once()
        assert service.orders == [erasure.id], "what is confirmed is not asked for again"

    async def test_the_last_service_completes_it_once(
        self, database: Database, relay: ErasureRelay, service: FakeService
    ) -> None:
        erasure = await delete_person(database)
        await relay.deliver_once()
        assert await completions(database) == []
        other = service.relay(database, ANALYTICS)
        for _ in range(2):
            await other.deliver_once()
        assert (await receipt_of(database, erasure)).completed_at is not None
        assert await completions(database) == [("(erasure)", erasure.user_id, {"erasure_id": erasure.id})]
        await other.stop()

    async def test_a_confirmation_that_comes_again_changes_nothing(
        self, database: Database, relay: ErasureRelay, service: FakeService
    ) -> None:
        erasure = await delete_person(database)
        other = service.relay(database, ANALYTICS)
        await asyncio.gather(relay.deliver_once(), other.deliver_once())
        complete = await receipt_of(database, erasure)
        auditor = Auditor(SIGNER, OPERATOR)
        await database.write(lambda session: Erasures(session).confirm(erasure.id, CHAT, {"messages": 0}, auditor))
        assert await receipt_of(database, erasure) == complete
        assert len(await completions(database)) == 1
        await other.stop()

    async def test_two_that_confirm_at_once_complete_it_once(self, database: Database, url: str) -> None:
        erasures = [await delete_person(database, f"person{number}") for number in range(10)]
        elsewhere = Database(url, threads=2, sqlite_synchronous="NORMAL")  # another instance of auth-service
        relays = [
            FakeService().relay(one, name) for one in (database, elsewhere) for name in (CHAT, ANALYTICS)
        ]  # fmt: skip
        await asyncio.gather(*(relay.deliver_once() for relay in relays))
        for erasure in erasures:
            receipt = await receipt_of(database, erasure)
            assert receipt.completed_at is not None
            assert [part.attempts for part in receipt.services] == [1, 1, 1]
        assert sorted(detail["erasure_id"] for _who, _whom, detail in await completions(database)) == sorted(
            erasure.id for erasure in erasures
        )
        for relay in relays:
            await relay.stop()
        await elsewhere.close()

    async def test_more_than_a_batch_goes_out_at_once(
        self, database: Database, relay: ErasureRelay, service: FakeService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Only the first batch went out, and the next one half a minute later.
        monkeypatch.setattr(relay_module, "BATCH_SIZE", 2)
        erasures = [await delete_person(database, f"person{number}") for number in range(5)]
        await relay.deliver_once()
        assert service.orders == [erasure.id for erasure in erasures], "the oldest first"

    async def test_says_who_asks_and_on_whose_request(
        self, database: Database, relay: ErasureRelay, service: FakeService
    ) -> None:
        erasure = await delete_person(database)
        token = request_id_var.set("request-1")
        await relay.deliver_once()
        request_id_var.reset(token)
        [request] = service.requests
        assert (request.method, request.url.path) == ("POST", "/internal/erasures")
        assert json.loads(request.content) == {"erasure_id": erasure.id, "user_id": erasure.user_id}
        assert request.headers[REQUEST_ID_HEADER] == "request-1"
        principal = TokenCodec(SECRET).verify(request.headers["Authorization"].removeprefix("Bearer "), "service")
        assert principal.username == "auth-service"


class TestServiceAway:
    async def test_notes_why_and_stops_at_the_first(
        self, database: Database, relay: ErasureRelay, service: FakeService
    ) -> None:
        first, second = await delete_person(database), await delete_person(database, "bob")
        service.is_away = True
        await relay.deliver_once()
        part = await part_of(database, first)
        assert (part.is_confirmed, part.attempts, part.problem) == (False, 1, "chat-service does not answer.")
        assert part.attempted_at is not None
        assert (await part_of(database, second)).attempts == 0

    async def test_503_is_away_too(self, database: Database, relay: ErasureRelay, service: FakeService) -> None:
        first, second = await delete_person(database), await delete_person(database, "bob")
        service.answers[first.user_id] = httpx.Response(503)
        await relay.deliver_once()
        assert (await part_of(database, first)).problem == "chat-service answered 503."
        assert service.orders == [first.id]
        service.answers.clear()
        await relay.deliver_once()
        part = await part_of(database, first)
        assert (part.is_confirmed, part.attempts, part.problem) == (True, 2, None)
        assert (await part_of(database, second)).is_confirmed

    async def test_the_receipt_is_complete_once_it_is_back(
        self, database: Database, relay: ErasureRelay, service: FakeService
    ) -> None:
        service.is_away = True
        erasure = await delete_person(database)
        relay.start()
        await eventually(lambda: self._has_tried(database, erasure, 3))
        service.is_away = False
        await eventually(lambda: self._is_confirmed(database, erasure))
        assert len(service.orders) == 1

    async def test_a_restart_goes_on_with_what_waited(
        self, database: Database, relay: ErasureRelay, service: FakeService
    ) -> None:
        service.is_away = True
        erasure = await delete_person(database)
        relay.start()
        await eventually(lambda: self._has_tried(database, erasure, 1))
        await relay.stop()
        service.is_away = False
        started_anew = service.relay(database)
        started_anew.start()
        await eventually(lambda: self._is_confirmed(database, erasure))
        await started_anew.stop()

    @staticmethod
    async def _has_tried(database: Database, erasure: ErasureOut, times: int) -> bool:
        return (await part_of(database, erasure)).attempts >= times

    @staticmethod
    async def _is_confirmed(database: Database, erasure: ErasureOut) -> bool:
        return (await part_of(database, erasure)).is_confirmed


class TestWrongAnswers:
    @pytest.mark.parametrize(
        ("answer", "problem"),
        [
            (httpx.Response(401), "chat-service answered 401."),
            (httpx.Response(422, json={"code": "invalid_input"}), "chat-service answered 422."),
            (httpx.Response(307, headers={"Location": "http://elsewhere.test/"}), "chat-service answered 307."),
            (httpx.Response(200, text="<html>"), "chat-service gave an answer that cannot be read."),
            (httpx.Response(200, content=b"\xff\xfe"), "chat-service gave an answer that cannot be read."),
            (httpx.Response(200, json={"erased": {}}), "chat-service gave an answer that cannot be read."),
            (
                httpx.Response(200, json={"erasure_id": "e", "erased": {"messages": -1}}),
                "chat-service gave an answer that cannot be read.",
            ),
            (
                httpx.Response(200, json={"erasure_id": "another", "erased": {}}),
                "chat-service confirmed another erasure.",
            ),
        ],
    )
    async def test_confirm_nothing_and_hold_up_nobody(
        self,
        database: Database,
        relay: ErasureRelay,
        service: FakeService,
        answer: httpx.Response,
        problem: str,
    ) -> None:
        first, second = await delete_person(database), await delete_person(database, "bob")
        service.answers[first.user_id] = answer
        await relay.deliver_once()
        part = await part_of(database, first)
        assert (part.is_confirmed, part.erased, part.attempts, part.problem) == (False, None, 1, problem)
        assert (await part_of(database, second)).is_confirmed

    async def test_as_many_as_a_batch_hold_up_nobody_either(
        self, database: Database, relay: ErasureRelay, service: FakeService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Only the oldest were ever asked for, which for ever failed.
        monkeypatch.setattr(relay_module, "BATCH_SIZE", 2)
        for number in range(2):
            refused = await delete_person(database, f"person{number}")
            service.answers[refused.user_id] = httpx.Response(422)
        last = await delete_person(database, "zoe")
        await relay.deliver_once()
        assert (await part_of(database, last)).is_confirmed


class TestRun:
    async def test_news_goes_out_at_once(
        self, database: Database, relay: ErasureRelay, service: FakeService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        idle = watch_idleness(monkeypatch)
        relay.start()
        await idle.wait()
        erasure = await delete_person(database)
        relay.notify()
        await eventually(lambda: self._has_come(service, erasure))

    async def test_outlives_a_failure_of_its_database(
        self, database: Database, service: FakeService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        failures = 3
        whole = Database.read

        async def fail_at_first(self: Database, work: Work[T]) -> T:
            nonlocal failures
            if failures:
                failures -= 1
                raise DatabaseUnavailable()
            return await whole(self, work)

        erasure = await delete_person(database)
        monkeypatch.setattr(Database, "read", fail_at_first)
        relay = service.relay(database)
        relay.start()
        await eventually(lambda: self._has_come(service, erasure))
        assert failures == 0
        await relay.stop()

    async def test_ends_right_after_its_news(self, relay: ErasureRelay, monkeypatch: pytest.MonkeyPatch) -> None:
        # A cancellation in the moment of the news was lost: the relay went on, and whoever stopped it waited for ever.
        idle = watch_idleness(monkeypatch)
        relay.start()
        await idle.wait()
        relay.notify()
        assert await ends(relay)

    async def test_ends_while_the_service_is_silent(
        self, database: Database, service: FakeService, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        has_come = asyncio.Event()

        async def never_answer(_request: httpx.Request) -> httpx.Response:
            has_come.set()
            await asyncio.Event().wait()
            raise AssertionError("nobody sets it")

        erasure = await delete_person(database)
        transport = httpx.MockTransport(never_answer)
        relay = ErasureRelay(database, Neighbour(CHAT, "http://other.test", TokenCodec(SECRET), transport), SIGNER)
        relay.start()
        await has_come.wait()
        assert await ends(relay)
        assert not (await part_of(database, erasure)).is_confirmed

    async def test_a_service_that_never_answers_is_away(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def never_answer(_request: httpx.Request) -> httpx.Response:
            await asyncio.Event().wait()
            raise AssertionError("nobody sets it")

        monkeypatch.setattr("auth_server.erasures.neighbours.ERASE_SECONDS", 0.01)
        erasure = await delete_person(database)
        transport = httpx.MockTransport(never_answer)
        relay = ErasureRelay(database, Neighbour(CHAT, "http://other.test", TokenCodec(SECRET), transport), SIGNER)
        await relay.deliver_once()
        assert (await part_of(database, erasure)).problem == "chat-service does not answer."
        await relay.stop()

    async def test_one_that_was_never_started_ends_too(self, relay: ErasureRelay) -> None:
        await relay.stop()

    @staticmethod
    async def _has_come(service: FakeService, erasure: ErasureOut) -> bool:
        return erasure.id in service.orders


async def ends(relay: ErasureRelay) -> bool:
    """Whether it does by itself: a time limit around it would end it by a second cancellation."""
    end = asyncio.create_task(relay.stop())
    await asyncio.wait({end}, timeout=END_SECONDS)
    return end.done()


def watch_idleness(monkeypatch: pytest.MonkeyPatch) -> asyncio.Event:
    """Is set as soon as a relay waits for news."""
    idle = asyncio.Event()

    async def wait(event: asyncio.Event, seconds: float) -> bool:
        idle.set()
        return await wait_at_most(event, seconds)

    monkeypatch.setattr(relay_module, "wait_at_most", wait)
    return idle

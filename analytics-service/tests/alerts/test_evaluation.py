"""What rules find in the figures, over restarts, with two replicas, and whatever the order of events."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from analytics.alerts.evaluation import FORGET, HISTORY, Evaluation
from analytics.alerts.repository import AlertRepository
from analytics.alerts.rows import Change
from analytics.alerts.schemas import RuleCreate
from analytics.alerts.service import AlertService
from analytics.db.tables import alert_rules, figures, sketches
from analytics.settings import AnalyticsSettings
from analytics.times import Grain, minute_of
from fastapi import FastAPI
from service_kit.clock import utc_now
from service_kit.database import Database
from service_kit.events import AnyEvent, ApiRequest, MessageCreated, UserLogin
from sqlalchemy import delete, select

Send = Callable[..., Awaitable[httpx.Response]]
LOOK = timedelta(seconds=15)


class Clock:
    """Moves when it is told to."""

    def __init__(self) -> None:
        self.now = utc_now().replace(second=30, microsecond=0)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def database(app: FastAPI) -> Database:
    """Without the rules that everybody has."""
    found: Database = app.state.database
    await found.write(lambda session: session.execute(delete(alert_rules)))
    return found


@pytest.fixture
def evaluation(database: Database, clock: Clock) -> Evaluation:
    return Evaluation(database, now=clock)


async def make_rule(database: Database, figure: str, threshold: float, **more: Any) -> str:
    body = RuleCreate(name=figure, figure=figure, threshold=threshold, **more)
    return (await database.write(lambda session: AlertService(session, utc_now()).create(body))).id


async def states(database: Database) -> list[tuple[str, float | None]]:
    alerts = await database.read(lambda session: AlertService(session, utc_now()).alerts())
    return [(alert.state, alert.value) for alert in alerts]


async def history(database: Database) -> list[str]:
    changes = await database.read(lambda session: AlertService(session, utc_now()).history(50, None))
    return [change.state for change in reversed(changes)]


def request(status: int, at: datetime) -> ApiRequest:
    return ApiRequest(
        source="chat",
        user_id="",
        endpoint="/models",
        method="GET",
        status_code=status,
        response_time=0.1,
        occurred_at=at,
    )


def answer(
    at: datetime, *, cost: int = 0, first: float = 1.0, provider: str = "local", status: Any = "complete"
) -> AnyEvent:
    return MessageCreated(
        source="chat",
        user_id="u1",
        conversation_id="c1",
        message_id="m1",
        role="assistant",
        model="gpt-4",
        provider=provider,
        cost_nano_usd=cost,
        time_to_first_token=first,
        status=status,
        occurred_at=at,
    )


class TestFigures:
    async def test_the_error_rate_is_that_of_the_last_minutes(
        self, database: Database, evaluation: Evaluation, clock: Clock, send: Send
    ) -> None:
        await make_rule(database, "error_rate", 0.3, window_minutes=5)
        long_ago = [request(500, clock.now - timedelta(minutes=7)) for _ in range(10)]
        await send(*long_ago, request(200, clock.now), request(500, clock.now - timedelta(minutes=5)))
        await evaluation.look()
        assert await states(database) == [("firing", 0.5)]

    async def test_of_one_provider_others_do_not_count(
        self, database: Database, evaluation: Evaluation, clock: Clock, send: Send
    ) -> None:
        await make_rule(database, "failed_share", 0.5, by="provider", subject="local")
        await make_rule(database, "failed_share", 0.5, by="provider", subject="cloud")
        await send(answer(clock.now, status="failed"), answer(clock.now, provider="cloud"))
        await evaluation.look()
        assert await states(database) == [("firing", 1.0)]

    async def test_the_quantile_is_that_of_all_durations_of_the_window(
        self, database: Database, evaluation: Evaluation, clock: Clock, send: Send
    ) -> None:
        await make_rule(database, "first_token_p95", 8.0)
        await send(*(answer(clock.now - timedelta(minutes=n % 4), first=9.0 if n < 6 else 1.0) for n in range(100)))
        await evaluation.look()
        [(state, value)] = await states(database)
        assert state == "firing"
        assert value == pytest.approx(9.0, rel=0.011)

    @pytest.mark.parametrize(("figure", "expected"), [("spend_today_usd", 2.5), ("spend_month_usd", None)])
    async def test_what_is_spent_is_exact_and_not_of_a_window(
        self, database: Database, evaluation: Evaluation, clock: Clock, send: Send, figure: str, expected: float | None
    ) -> None:
        yesterday = clock.now - timedelta(days=1)
        expected = expected or (3.5 if yesterday.month == clock.now.month else 2.5)
        await make_rule(database, figure, 2.4, window_minutes=1)
        midnight = clock.now.replace(hour=0, minute=0)
        await send(answer(midnight, cost=1_500_000_000), answer(clock.now, cost=1_000_000_000))
        await send(answer(yesterday, cost=1_000_000_000))
        await evaluation.look()
        assert await states(database) == [("firing", expected)]

    async def test_silence_is_counted_in_minutes(
        self, database: Database, evaluation: Evaluation, clock: Clock, send: Send
    ) -> None:
        await make_rule(database, "minutes_since_event", 9.0)
        await send(UserLogin(source="auth", user_id="u1", occurred_at=clock.now - timedelta(minutes=9)))
        await evaluation.look()
        assert await states(database) == []
        clock.now += timedelta(minutes=1)
        await evaluation.look()
        assert await states(database) == [("firing", 10.0)]

    async def test_a_share_of_nothing_is_no_alarm(self, database: Database, evaluation: Evaluation) -> None:
        await make_rule(database, "error_rate", 0.1)
        await make_rule(database, "error_rate", 0.1, comparison="below")
        await evaluation.look()
        assert await states(database) == []

    async def test_a_rule_that_is_off_is_not_looked_at(self, database: Database, evaluation: Evaluation) -> None:
        await make_rule(database, "requests", 1, comparison="below", is_enabled=False)
        await make_rule(database, "requests", 1, comparison="below")
        await evaluation.look()
        assert await states(database) == [("firing", 0.0)]


class TestMinutes:
    async def test_are_the_same_whatever_the_order_and_however_often(
        self, settings: AnalyticsSettings, database: Database, clock: Clock, send: Send
    ) -> None:
        events = [answer(clock.now - timedelta(seconds=30 * n), cost=n, first=n / 7) for n in range(20)]
        events += [request(500, clock.now - timedelta(seconds=17 * n)) for n in range(20)]

        async def rows() -> list[Any]:
            def read(session: Any) -> list[Any]:
                return [
                    sorted(map(tuple, session.execute(select(table).where(table.c.grain == int(Grain.MINUTE)))))
                    for table in (figures, sketches)
                ]

            return await database.read(read)

        def forget(session: Any) -> None:
            for table in (figures, sketches, *(t for t in figures.metadata.sorted_tables if t.name == "events")):
                session.execute(delete(table))

        await send(*events)
        in_order = await rows()
        await database.write(forget)
        for start in range(0, 40, 7):
            batch = events[::-1][start : start + 7]
            await send(*batch, *batch[:3])
            await send(*batch)
        assert await rows() == in_order
        assert sum(row[3] == "" for row in in_order[0]) >= 10

    async def test_what_is_too_old_for_any_rule_is_not_kept(
        self, database: Database, evaluation: Evaluation, clock: Clock, send: Send
    ) -> None:
        await send(request(200, clock.now - timedelta(days=3)), request(200, clock.now))

        async def minutes() -> set[int]:
            query = select(figures.c.slot).where(figures.c.grain == int(Grain.MINUTE))
            return await database.read(lambda session: set(session.scalars(query)))

        assert await minutes() == {minute_of(clock.now)}
        clock.now += timedelta(days=2, minutes=1)
        await evaluation.look()
        assert await minutes() == set()


class TestHistory:
    async def test_that_is_old_goes_at_the_next_look_that_forgets_which_is_one_an_hour(
        self, database: Database, evaluation: Evaluation, clock: Clock
    ) -> None:
        await evaluation.look()
        old = Change("c1", "r1", "Long ago", "requests", "firing", 1.0, clock.now - HISTORY - timedelta(days=1))
        await database.write(lambda session: AlertRepository(session).add_changes([old]))
        for _ in range(3):
            clock.now += LOOK
            await evaluation.look()
        assert await history(database) == ["firing"]
        clock.now += FORGET
        await evaluation.look()
        assert await history(database) == []


class TestCourse:
    async def test_is_told_once_at_the_beginning_and_once_at_the_end(
        self, database: Database, evaluation: Evaluation, clock: Clock, send: Send
    ) -> None:
        await make_rule(database, "requests_5xx", 0, window_minutes=1, for_minutes=1)
        await send(request(500, clock.now), request(500, clock.now + timedelta(minutes=1)))
        seen = []
        for _ in range(40):
            seen += [change.state for change in await evaluation.look()]
            clock.now += LOOK
        assert seen == ["firing", "resolved"] == await history(database)
        assert await states(database) == []

    async def test_goes_on_after_a_restart(self, database: Database, clock: Clock, send: Send) -> None:
        await make_rule(database, "requests", 1, comparison="below", for_minutes=2)
        for _ in range(4):
            await Evaluation(database, now=clock).look()  # each as after a restart: nothing is remembered in memory
            clock.now += LOOK
        assert [state for state, _ in await states(database)] == ["pending"]
        for _ in range(5):
            await Evaluation(database, now=clock).look()
            clock.now += LOOK
        assert [state for state, _ in await states(database)] == ["firing"]
        assert await history(database) == ["firing"]

    async def test_a_change_of_the_rule_begins_anew_and_a_change_of_its_name_does_not(
        self, database: Database, evaluation: Evaluation
    ) -> None:
        rule_id = await make_rule(database, "requests", 1, comparison="below")
        await evaluation.look()
        await change(database, rule_id, name="Nobody asks")
        assert [state for state, _ in await states(database)] == ["firing"]
        await change(database, rule_id, threshold=0.5)
        assert await states(database) == []


async def change(database: Database, rule_id: str, **changes: Any) -> None:
    await database.write(lambda session: AlertService(session, utc_now()).change(rule_id, changes))


class TestReplicas:
    @asynccontextmanager
    async def another(self, settings: AnalyticsSettings) -> AsyncIterator[Database]:
        database = Database(settings.resolved_database_url, threads=1)
        try:
            yield database
        finally:
            await database.close()

    async def test_look_in_turn_and_tell_once(
        self, settings: AnalyticsSettings, database: Database, clock: Clock
    ) -> None:
        await make_rule(database, "requests", 1, comparison="below", for_minutes=1)
        async with self.another(settings) as other:
            replicas = [Evaluation(database, now=clock), Evaluation(other, now=clock)]
            told = []
            for _ in range(8):
                found = await asyncio.gather(*(replica.look() for replica in replicas * 2))
                told += [change.state for changes in found for change in changes]
                clock.now += LOOK
        assert told == ["firing"] == await history(database)

    async def test_one_takes_over_when_the_other_is_gone(
        self, settings: AnalyticsSettings, database: Database, clock: Clock
    ) -> None:
        await make_rule(database, "requests", 1, comparison="below", for_minutes=1)
        async with self.another(settings) as other:
            for _ in range(2):
                await Evaluation(other, now=clock).look()
                clock.now += LOOK
        clock.now += LOOK * 2
        assert [change.state for change in await Evaluation(database, now=clock).look()] == ["firing"]

    async def test_a_clock_that_was_set_back_stops_nobody(self, database: Database, clock: Clock) -> None:
        await Evaluation(database, now=clock).look()
        clock.now -= timedelta(hours=1)
        await make_rule(database, "requests", 1, comparison="below")
        assert [change.state for change in await Evaluation(database, now=clock).look()] == ["firing"]

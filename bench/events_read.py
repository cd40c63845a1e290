"""Measures what reading figures costs where few events are stored, and where many are."""

import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from analytics.erasures.people import ErasedPeople
from analytics.ingestion.service import IngestionService
from events_made import MadeEvents
from harness import ANALYTICS, ROOT, Person
from report import Line, compared
from service_kit.clock import new_id, utc_now
from service_kit.database import Database, create_database_engine
from service_kit.events import AnyEvent
from service_kit.migrations import upgrade_to_head
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

DAYS = 90
AT_ONCE = 5_000
SLOWEST_MS = 20.0
RATIO = 2.0
ZONE = "Europe/Berlin"
Work = Callable[[], Awaitable[float]]


def fill(url: str, secret: str, *, people: int, count: int, on_progress: Callable[[int], None]) -> None:
    """Stores about `count` events of the last 90 days in a new database, as the service does.

    Past HTTP, and in larger batches than come over it: what is measured is reading.
    """
    upgrade_to_head(ROOT / ANALYTICS.name, url)
    ingestion = IngestionService(Database(url), ErasedPeople(secret))
    engine = create_database_engine(url, sqlite_synchronous="NORMAL")
    stored, waiting = 0, list[AnyEvent]()
    first = _midnight() - timedelta(days=DAYS - 1)
    made = MadeEvents([new_id() for _ in range(people)])
    waiting += made.registrations(first)
    for of_hour in made.over_days(first, DAYS, count):
        waiting += of_hour
        while len(waiting) >= AT_ONCE:
            stored += _store(engine, ingestion, waiting[:AT_ONCE])
            del waiting[:AT_ONCE]
            on_progress(stored)
    _store(engine, ingestion, waiting)
    engine.dispose()


def stored_in(url: str) -> int:
    """How many events the database holds; PostgreSQL tidies up first, as it would by itself in quiet hours."""
    engine = create_database_engine(url)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    with engine.connect() as connection:
        count = connection.execute(text("SELECT count(*) FROM events")).scalar_one()
    engine.dispose()
    return int(count)


def _store(engine: Engine, ingestion: IngestionService, events: list[AnyEvent]) -> int:
    with Session(engine) as session, session.begin():
        return ingestion.store_events(session, events)


def _midnight() -> datetime:
    return utc_now().replace(hour=0, minute=0, second=0, microsecond=0)


async def reading_lines(few: Person, many: Person, *, stored: tuple[int, int], requests: int) -> list[Line]:
    """The time from a request to its answer, the requests to both services in turns; medians."""
    first = (_midnight() - timedelta(days=DAYS - 1)).date().isoformat()
    range_ = f"from={first}&timezone={ZONE}"
    lines = []
    for name, path, is_promised in (
        ("summary", "/analytics/summary", True),
        (f"{DAYS} days of messages", f"/analytics/timeseries?metric=messages&{range_}", True),
        (f"{DAYS} days of cost", f"/analytics/timeseries?metric=cost_usd&{range_}", True),
        (f"{DAYS} days of the 95th percentile", f"/analytics/timeseries?metric=request_p95&{range_}", False),
        (f"overview of {DAYS} days", f"/analytics/overview?{range_}", False),
        (f"models in {DAYS} days", f"/analytics/models?{range_}", False),
    ):
        limit, ours = await _medians([_reading(person, path) for person in (few, many)], requests)
        title = f"{name}, {stored[1]:,} events (limit: {stored[0]:,})"
        line = compared(title, limit, ours, form="{:.1f} ms", most=RATIO if is_promised else None)
        lines.append(line)
        if is_promised:
            lines.append(Line(f"{title}, time", "", f"{ours:.1f} ms", "", f"< {SLOWEST_MS:g} ms", ours < SLOWEST_MS))
    return lines


async def _medians(works: list[Work], requests: int) -> list[float]:
    times: list[list[float]] = [[] for _ in works]
    for _ in range(requests):
        for found, work in zip(times, works, strict=True):
            found.append(await work())
    return [statistics.median(found) for found in times]


def _reading(person: Person, path: str) -> Work:
    async def read() -> float:
        began = time.perf_counter()
        (await person.analytics("GET", path)).raise_for_status()
        return (time.perf_counter() - began) * 1000

    return read

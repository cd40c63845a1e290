"""Measures what taking events costs: over HTTP in batches, beside plain insertion of the same rows."""

import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from typing import Any

import aiohttp
import msgspec
from analytics.db.tables import events as events_table
from analytics.db.tables import metadata
from events_made import MadeEvents
from measured import Server
from report import Line, compared
from service_kit.clock import new_id, utc_now
from service_kit.database import create_database_engine
from service_kit.events import AnyEvent
from service_kit.tokens import TokenCodec

BATCH = 500
EVENTS_A_SECOND = 5_000
MEMORY_RATIO = 1.1  # «flat», as far as an allocator lets it be told
Batch = Sequence[AnyEvent]


class PlainTable:
    """The limit: the same table with its indexes and the same settings, filled by the driver alone."""

    def __init__(self, url: str) -> None:
        self._engine = create_database_engine(url)
        metadata.create_all(self._engine, tables=[events_table])
        connection: Any = self._engine.raw_connection().driver_connection
        mark = "?"
        if self._engine.dialect.name == "postgresql":
            mark, connection.autocommit = "%s", True
        self._connection = connection
        self._names = [column.name for column in events_table.c]
        columns, marks = ", ".join(self._names), ", ".join(mark for _ in self._names)
        self._statement = f"INSERT INTO events ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608 - our names

    def cpu_seconds(self, batch: Batch) -> float:
        """What inserting the rows of a batch in one transaction costs this process; making the rows is not counted."""
        rows = [self._row(event) for event in batch]
        before = time.process_time()
        self._connection.execute("BEGIN")
        self._connection.cursor().executemany(self._statement, rows)
        self._connection.execute("COMMIT")
        return time.process_time() - before

    def close(self) -> None:
        self._connection.close()
        self._engine.dispose()

    def _row(self, event: AnyEvent) -> tuple[object, ...]:
        fields = msgspec.to_builtins(event) | {"received_at": utc_now().isoformat()}
        return tuple(fields.get(name) for name in self._names)


class Sender:
    """Sends batches as a service does."""

    def __init__(self, http: aiohttp.ClientSession, server: Server, codec: TokenCodec) -> None:
        self._http = http
        self._url = f"{server.address}/events"
        self._codec = codec

    async def send(self, bodies: Sequence[bytes]) -> None:
        """One after the other. Raises: RuntimeError when one is not taken whole."""
        headers = {
            "Authorization": f"Bearer {self._codec.sign_service('chat-service')}",
            "Content-Type": "application/json",
        }
        for body in bodies:
            async with self._http.post(self._url, data=body, headers=headers) as response:
                receipt = await response.json()
                if response.status != 202 or receipt["duplicates"] or receipt["parked"]:
                    raise RuntimeError(f"{response.status}: {receipt}")


async def ingestion_lines(
    sender: Sender, server: Server, plain_url: str, *, people: int, rounds: int, events: int
) -> list[Line]:
    """Events per second of CPU, in rounds of so many, each of one hour; and what memory grows by meanwhile.

    The first round warms up. Both sides take the same events in turns; `plain_url` is a database for the limit alone.
    """
    plain_rates, rates, memory = [], [], []
    with closing(PlainTable(plain_url)) as plain:
        for batches in _hours(people, rounds + 1, events):
            plain_seconds = sum(plain.cpu_seconds(batch) for batch in batches)
            bodies = [msgspec.json.encode({"events": batch}) for batch in batches]
            before = server.cpu_seconds()
            await sender.send(bodies)
            rates.append(events / server.cpu_seconds(before))
            plain_rates.append(events / plain_seconds)
            memory.append(server.memory_bytes())
    limit, ours = statistics.median(plain_rates[1:]), statistics.median(rates[1:])
    return [
        Line(
            f"events per second and core, batches of {BATCH}",
            f"{limit:,.0f}",
            f"{ours:,.0f}",
            f"{ours / limit:.2f} ×",
            f"≥ {EVENTS_A_SECOND:,}",
            ours >= EVENTS_A_SECOND,
        ),
        compared(
            f"memory after {events * rounds:,} more events (limit: before)",
            memory[0] / 1e6,
            memory[-1] / 1e6,
            form="{:.1f} MB",
            most=MEMORY_RATIO,
        ),
    ]


def _hours(people: int, hours: int, events: int) -> Iterator[list[Batch]]:
    """The batches of the last hours, of so many events each."""
    made = MadeEvents([new_id() for _ in range(people)])
    begins = utc_now() - timedelta(hours=hours)
    for hour in range(hours):
        of_hour = made.of_hour(begins + timedelta(hours=hour), events)
        yield [of_hour[start : start + BATCH] for start in range(0, events, BATCH)]

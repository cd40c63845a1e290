"""What taking events and reading figures costs, beside the raw limit, in one run; told in docs/benchmarks.md.

With ten million events it takes about an hour, most of which they are stored in, and 10 GB of disk in the system's
folder for temporary files; `--many 1000000` is done in minutes. `--postgres` measures the same on PostgreSQL.
"""

import argparse
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
from events_ingested import Sender, ingestion_lines
from events_read import DAYS, fill, reading_lines, stored_in
from events_report import document
from harness import ANALYTICS, AUTH, Person, Stack, people_of
from measured import on_cores, own_core, server_of
from report import DOCUMENT, Line, put_part, written
from speed_loop import run
from support.postgres import PostgresServer, running_postgres

SERVICES = (AUTH, ANALYTICS)
NewUrl = Callable[[Stack], str]  # the address of the database of a stack's analytics-service


@contextmanager
def _running(stack: Stack) -> Iterator[None]:
    """The stack with analytics-service on a core of its own."""
    with own_core() as core:
        try:
            stack.auth.start()
            with on_cores(core):
                stack.analytics.start()
            stack.auth.wait_ready()
            stack.analytics.wait_ready()
            yield
        finally:
            stack.stop()


@asynccontextmanager
async def _admin_of(stack: Stack) -> AsyncIterator[Person]:
    async with people_of(stack) as people:
        yield await people.admin()


def _stack(folder: Path, new_url: NewUrl) -> Stack:
    stack = Stack(folder, services=SERVICES)
    stack.analytics.environment["DATABASE_URL"] = new_url(stack)
    return stack


def _url_of(stack: Stack) -> str:
    return stack.analytics.environment["DATABASE_URL"]


def _sqlite(stack: Stack) -> str:
    return f"sqlite:///{stack.database(ANALYTICS).as_posix()}"


def _postgres(server: PostgresServer) -> NewUrl:
    return lambda _stack: server.new_database()


async def measure_ingestion(folder: Path, new_url: NewUrl, sizes: argparse.Namespace) -> list[Line]:
    """The lines of taking events."""
    stack = _stack(folder / "ingestion", new_url)
    plain = _stack(folder / "plain", new_url)  # never started: its database is the limit's
    with _running(stack):
        server = server_of("analytics-service", stack.analytics)
        async with aiohttp.ClientSession() as http:
            sender = Sender(http, server, stack.codec)
            return await ingestion_lines(
                sender, server, _url_of(plain), people=sizes.people, rounds=sizes.rounds, events=sizes.events
            )


async def measure_reading(folder: Path, new_url: NewUrl, sizes: argparse.Namespace) -> list[Line]:
    """The lines of reading figures."""
    stacks = [_stack(folder / name, new_url) for name in ("few", "many")]
    stored = []
    for stack, count in zip(stacks, (sizes.few, sizes.many), strict=True):
        if not stack.database(ANALYTICS).exists():
            fill(_url_of(stack), stack.secret, people=sizes.people, count=count, on_progress=_show)
        stored.append(stored_in(_url_of(stack)))
    few_stack, many_stack = stacks
    with _running(few_stack), _running(many_stack):
        async with _admin_of(few_stack) as few, _admin_of(many_stack) as many:
            return await reading_lines(few, many, stored=(stored[0], stored[1]), requests=sizes.requests)


def _show(stored: int) -> None:
    if stored % 500_000 == 0:
        print(f"{stored:,} events stored", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=500, help="who cause the events")
    parser.add_argument("--rounds", type=int, default=9, help="rounds of taking events")
    parser.add_argument("--events", type=int, default=20_000, help="events of each round")
    parser.add_argument("--few", type=int, default=10_000, help="events where few are stored")
    parser.add_argument("--many", type=int, default=10_000_000, help="events where many are")
    parser.add_argument("--requests", type=int, default=200, help="requests of each kind to each service")
    parser.add_argument("--folder", type=Path, help="where the databases that are read stay; those there are taken")
    parser.add_argument("--postgres", action="store_true", help="the databases are PostgreSQL's, and gone afterwards")
    parser.add_argument("--output", type=Path, default=DOCUMENT, help="where the report goes")
    sizes = parser.parse_args()
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
        new_url = _postgres(held.enter_context(running_postgres())) if sizes.postgres else _sqlite
        lines = run(measure_ingestion(folder, new_url, sizes)) if sizes.rounds else []
        lines += run(measure_reading(sizes.folder or folder, new_url, sizes)) if sizes.many else []
    print(written(lines, "analytics-service"))
    is_postgres = bool(vars(sizes).pop("postgres"))
    counts = {name: value for name, value in vars(sizes).items() if isinstance(value, int)}
    part = "events on PostgreSQL" if is_postgres else "events"
    put_part(sizes.output, part, document(lines, postgres=is_postgres, days=DAYS, **counts))


if __name__ == "__main__":
    main()

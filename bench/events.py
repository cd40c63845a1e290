"""What taking events and reading figures costs, beside the raw limit, in one run; told in docs/benchmarks.md.

With ten million events it takes about an hour, most of which they are stored in, and 10 GB of disk in the system's
folder for temporary files; `--many 1000000` is done in minutes.
"""

import argparse
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
from events_ingested import Sender, ingestion_lines
from events_read import DAYS, fill, reading_lines, stored_in
from events_report import document
from harness import ANALYTICS, AUTH, Person, Stack, people_of
from measured import on_cores, own_core, server_of
from report import DOCUMENT, Line, put_part, written
from speed_loop import run

SERVICES = (AUTH, ANALYTICS)


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


async def measure_ingestion(folder: Path, sizes: argparse.Namespace) -> list[Line]:
    """The lines of taking events."""
    stack = Stack(folder / "ingestion", services=SERVICES)
    with _running(stack):
        server = server_of("analytics-service", stack.analytics)
        async with aiohttp.ClientSession() as http:
            sender = Sender(http, server, stack.codec)
            return await ingestion_lines(
                sender, server, folder, people=sizes.people, rounds=sizes.rounds, events=sizes.events
            )


async def measure_reading(folder: Path, sizes: argparse.Namespace) -> list[Line]:
    """The lines of reading figures."""
    stacks = [Stack(folder / name, services=SERVICES) for name in ("few", "many")]
    stored = []
    for stack, count in zip(stacks, (sizes.few, sizes.many), strict=True):
        path = stack.database(ANALYTICS)
        if not path.exists():
            fill(path, stack.secret, people=sizes.people, count=count, on_progress=_show)
        stored.append(stored_in(path))
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
    parser.add_argument("--output", type=Path, default=DOCUMENT, help="where the report goes")
    sizes = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = run(measure_ingestion(Path(folder), sizes)) if sizes.rounds else []
        lines += run(measure_reading(sizes.folder or Path(folder), sizes)) if sizes.many else []
    print(written(lines, "analytics-service"))
    counts = {name: value for name, value in vars(sizes).items() if isinstance(value, int)}
    put_part(sizes.output, "events", document(lines, days=DAYS, **counts))


if __name__ == "__main__":
    main()

"""What the benchmarks share: the way to the tests' stack, a provider in a process of its own, and percentiles."""

import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "scripts")]

from launcher.services import ANALYTICS, AUTH, CHAT, Service  # noqa: E402 - found by the line above
from support.client import People, Person, people_of  # noqa: E402
from support.processes import ServiceProcess, free_port  # noqa: E402
from support.stack import NOBODY_LISTENS, Stack, running_stack  # noqa: E402

__all__ = [
    "ANALYTICS",
    "AUTH",
    "CHAT",
    "NOBODY_LISTENS",
    "People",
    "Person",
    "ServiceProcess",
    "Stack",
    "free_port",
    "people_of",
    "percentile",
    "print_table",
    "running_chat",
    "running_provider",
    "running_stack",
    "table",
]


@contextmanager
def running_provider() -> Iterator[str]:
    """The base URL of a scripted provider on its own event loop and its own core."""
    script = str(ROOT / "tests" / "support" / "scripted_openai.py")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE) as process:  # noqa: S603 - our own script
        if process.stdout is None:
            raise RuntimeError("no output to read")
        try:
            yield str(json.loads(process.stdout.readline())["base_url"])
        finally:
            process.terminate()


@contextmanager
def running_chat(
    provider_url: str, *, services: Sequence[Service] = (AUTH, CHAT), settings: Mapping[str, str] | None = None
) -> Iterator[Stack]:
    """A stack in a temporary folder, with the service's own time limits."""
    limits = {"MODEL_FIRST_BYTE_SECONDS": "60", "MODEL_BETWEEN_TOKENS_SECONDS": "30"}
    address = {"OPENAI_BASE_URL": provider_url}
    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(Path(folder), services=services, settings=limits | address | dict(settings or {})) as stack,
    ):
        yield stack


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` per cent of the values do not exceed."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = []
    for row in (head, ["-" * width for width in widths], *rows):
        cells = [
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table in Markdown, on the screen."""
    print(table(head, rows))

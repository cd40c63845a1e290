"""The lines of the speed report, as a table on the screen and as docs/benchmarks.md."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness import ROOT, table

DOCUMENT = ROOT / "docs" / "benchmarks.md"
HEAD = ("measure", "limit", "chat-service", "beside the limit", "goal", "reached")
TEXT = """\
# Benchmarks

Made by `.venv/bin/python bench/speed.py`, which writes this file; [bench/README.md](../bench/README.md) says what else
there is. {machine}

Each figure stands beside its limit, measured in the same run and in turns with it. For tokens and exchanges the limit
is a bare relay: the same uvicorn with the same switches, aiohttp towards the model, one frame for each read, and
nothing else (no accounts, no storage, no resume). For histories the limit is the same request where there are ten.

{table}

## How it is measured

- The model is a process of its own that sends {rate} tokens a second to everyone; each token is the moment of its
  sending. People sit at streaming sockets in another process on the same clock, and subtract. An answer has {tokens}
  tokens; {rounds} rounds, the relay and chat-service in turns.
- chat-service runs as the start scripts run it: SQLite with `synchronous=FULL`, sessions checked at auth-service,
  events delivered to analytics-service. {pinned}
- CPU is what the operating system has counted for all threads of the process, from before the first message until the
  last answer was stored. The median of the rounds.
- Delays are those of the round with the lowest median of each side, because whatever else runs on the machine adds to
  them. Where the relay's own p99 is above 50 ms the machine was too busy with other things to carry so many people:
  tokens came in heaps, which makes the relay look cheap and the delays long. Such lines prove nothing either way, say
  «busy» and are not judged.
- *First token* is the time from sending a message to its first token, while nobody else talks; the model answers at
  once.
- *Idle sockets*: growth of resident memory by {sockets} sockets, divided by their number, the first {warm_sockets} not
  counted.
- *Plain exchange*: a message and an answer that the model gives at once, both stored, {writers} people at a time. One
  second of the server's CPU is what «per second and core» means here.
- *Histories*: {requests} requests of each kind in turns; server CPU of one, both lists read with the same `limit`:
  a page of 50 answers ten where there are ten, and five times as much where there are many.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One measure. `is_reached` is None where there is no goal."""

    name: str
    limit: str
    ours: str
    compared: str
    goal: str = ""
    is_reached: bool | None = None

    @property
    def cells(self) -> list[str]:
        """What the table shows."""
        reached = {True: "yes", False: "**no**", None: ""}[self.is_reached]
        return [self.name, self.limit, self.ours, self.compared, self.goal, reached]


def compared(name: str, limit: float, ours: float, *, form: str, most: float | None = None) -> Line:
    """A measure whose goal is a ratio of at most `most` to its limit."""
    ratio = ours / limit
    goal, is_reached = ("", None) if most is None else (f"≤ {most:g} ×", ratio <= most)
    return Line(name, form.format(limit), form.format(ours), f"{ratio:.2f} ×", goal, is_reached)


def added(name: str, limit: float, ours: float, *, below_ms: float | None) -> Line:
    """A measure in ms whose goal is a difference below `below_ms` to its limit."""
    more = ours - limit
    goal, is_reached = ("", None) if below_ms is None else (f"< +{below_ms:g} ms", more < below_ms)
    return Line(name, f"{limit:.2f} ms", f"{ours:.2f} ms", f"{more:+.2f} ms", goal, is_reached)


def unjudged(line: Line) -> Line:
    """The line of a run in which the machine was too busy for it to prove anything."""
    return replace(line, is_reached=None, goal=f"{line.goal} (busy)" if line.goal else "")


def written(lines: Sequence[Line]) -> str:
    """The table."""
    return table(HEAD, [line.cells for line in lines])


def document(lines: Sequence[Line], *, cores: int, **sizes: int) -> str:
    """The whole file."""
    pinned = (
        "It and the relay have one core to themselves, the rest runs on the others."
        if cores
        else "This system does not let it and the relay be pinned to one core."
    )
    return TEXT.format(machine=machine(), table=written(lines), pinned=pinned, **sizes)


def machine() -> str:
    """The machine in general words."""
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}."

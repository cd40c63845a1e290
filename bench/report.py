"""The lines of a report, as a table on the screen and as a part of docs/benchmarks.md."""

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness import ROOT, table

DOCUMENT = ROOT / "docs" / "benchmarks.md"


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


def written(lines: Sequence[Line], ours: str) -> str:
    """The table; `ours` is what stands beside the limit."""
    head = ("measure", "limit", ours, "beside the limit", "goal", "reached")
    return table(head, [line.cells for line in lines])


def put_part(document: Path, part: str, text: str) -> None:
    """Puts the text in the place of the part that the document has under this name; the other parts stay.

    A document that is not there yet is made of this part alone. Raises: ValueError when it has no such part.
    """
    begin, end = f"<!-- {part}: begin -->", f"<!-- {part}: end -->"
    whole = document.read_text(encoding="utf-8") if document.exists() else f"{begin}{end}\n"
    found = re.search(f"{re.escape(begin)}.*?{re.escape(end)}", whole, re.DOTALL)
    if found is None:
        raise ValueError(f"{document} has no part «{part}»")
    new = f"{begin}\n{text.strip()}\n{end}"
    document.write_text(whole[: found.start()] + new + whole[found.end() :], encoding="utf-8")


def machine() -> str:
    """The machine in general words."""
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}."

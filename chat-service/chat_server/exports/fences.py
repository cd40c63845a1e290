"""Splits what was said into prose and blocks of code, which are between fences; pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$")


@dataclass(frozen=True, slots=True)
class Part:
    """A run of lines: prose, or what is between two fences."""

    text: str
    is_code: bool


def parts_of(content: str) -> Iterator[Part]:
    """The parts in order, without the fences; what is open at the end is code to the end."""
    lines: list[str] = []
    fence = ""
    for line in content.splitlines():
        following = _fence_after(line, fence)
        if following == fence:
            lines.append(line)
            continue
        if lines:
            yield Part("\n".join(lines), is_code=bool(fence))
        lines, fence = [], following
    if lines:
        yield Part("\n".join(lines), is_code=bool(fence))


def open_fence(content: str) -> str:
    """The fence that the text opens and does not close; empty when there is none."""
    fence = ""
    for line in content.splitlines():
        fence = _fence_after(line, fence)
    return fence


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open behind the line, when this one is before it."""
    match = FENCE.match(line)
    if match is None:
        return fence
    marks, rest = match.groups()
    if not fence:
        return "" if marks[0] == "`" and "`" in rest else marks
    is_end = marks[0] == fence[0] and len(marks) >= len(fence) and not rest.strip()
    return "" if is_end else fence

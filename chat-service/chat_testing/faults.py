"""Databases that fail on purpose, past the service's own code."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import OperationalError


class DiskFull(Exception):
    """What the driver says when it cannot write."""


class FailingCommits:
    """Counts the commits that it has refused."""

    def __init__(self) -> None:
        self.refused = 0

    def refuse(self, _connection: Any) -> None:
        """Takes the place of a commit."""
        self.refused += 1
        raise OperationalError("COMMIT", {}, DiskFull("database or disk is full"))


@contextmanager
def failing_commits() -> Iterator[FailingCommits]:
    """Within the block no transaction of any database in this process can be committed."""
    faults = FailingCommits()
    event.listen(Engine, "commit", faults.refuse)
    try:
        yield faults
    finally:
        event.remove(Engine, "commit", faults.refuse)

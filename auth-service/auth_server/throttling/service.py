"""Counts attempts before they are checked, so that of a hundred at once not all pass for the first."""

import hmac
import math
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from service_kit.database import Database
from service_kit.errors import CredentialsRefused
from service_kit.keys import derive_key
from sqlalchemy.orm import Session

from auth_server.db.conflicts import write_once_more_on_conflict
from auth_server.db.models import FailureCount
from auth_server.errors import TooManyAttempts, WrongPassword
from auth_server.throttling.back_off import BackOff, Failures, after_attempt, after_success, wait_left
from auth_server.throttling.repository import FailureRepository

KEPT = timedelta(days=2)  # longer than any count takes to be forgotten
Rules = Mapping[str, BackOff]  # each key with what it is counted by


class Throttle:
    """Owns the counts. Keys are codes: the database holds no name that was tried."""

    def __init__(self, database: Database, secret: str, now: Callable[[], datetime], *, is_on: bool) -> None:
        self._database = database
        self._key = derive_key(secret, "failure-counts")
        self._now = now
        self._is_on = is_on

    def key(self, kind: str, *parts: str) -> str:
        """The key of what is counted: `kind` says what, the parts whose it is."""
        return hmac.digest(self._key, "\0".join((kind, *parts)).encode(errors="replace"), "sha256").hex()

    @asynccontextmanager
    async def attempt(self, rules: Rules) -> AsyncIterator[None]:
        """One attempt: the block checks it. What it refuses as wrong stays counted, all else is no failure.

        Raises: TooManyAttempts (429) before the block when a key has to wait; whatever the block raises.
        """
        if not self._is_on:
            yield
            return
        await write_once_more_on_conflict(self._database, lambda session: self._count(session, rules))
        try:
            yield
        except (CredentialsRefused, WrongPassword):
            raise
        except Exception:  # it could not be checked: full queue, no database
            await self._database.write(lambda session: self._take_back(session, rules))
            raise
        await self._database.write(lambda session: self._take_back(session, rules))

    def _count(self, session: Session, rules: Rules) -> None:
        counts, now = FailureRepository(session), self._now()
        rows = counts.locked(rules)
        wait = max((wait_left(_failures(row), now) for row in rows.values()), default=timedelta(0))
        if wait > timedelta(0):
            raise TooManyAttempts(math.ceil(wait.total_seconds()))
        counts.forget(before=now - KEPT)
        for key, rule in rules.items():
            row = rows.get(key)
            failures = after_attempt(_failures(row) if row else None, now, rule)
            if row is None:
                counts.add(FailureCount(key=key, count=failures.count, at=now, blocked_until=failures.blocked_until))
            else:
                _store(row, failures)

    def _take_back(self, session: Session, rules: Rules) -> None:
        for key, row in FailureRepository(session).locked(rules).items():
            _store(row, after_success(_failures(row), self._now(), rules[key]))


def _failures(row: FailureCount) -> Failures:
    return Failures(row.count, row.at, row.blocked_until)


def _store(row: FailureCount, failures: Failures) -> None:
    row.count, row.at, row.blocked_until = failures.count, failures.at, failures.blocked_until

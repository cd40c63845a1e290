"""How long someone waits after so many failures. Pure; docs/decisions/0012-throttling.md explains the figures."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=1)
LONGEST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class BackOff:
    """So many failures are free, then each doubles the wait; one is forgotten every so often."""

    free: int
    forgets_one_every: timedelta


# The same name from the same client: a person who mistypes, or somebody at their desk.
ONE_CLIENT = BackOff(free=5, forgets_one_every=timedelta(minutes=10))
# The same name from anywhere but known devices: many machines that guess together.
ONE_ACCOUNT = BackOff(free=30, forgets_one_every=timedelta(minutes=3))
# Any name from the same address: one machine that tries a password on everybody, or an office behind one address.
ONE_ADDRESS = BackOff(free=50, forgets_one_every=timedelta(seconds=30))
# A device that this person has signed in from: it has a count of its own, so that nobody else's guesses lock it out.
KNOWN_DEVICE = BackOff(free=10, forgets_one_every=timedelta(minutes=10))


@dataclass(frozen=True, slots=True)
class Failures:
    """The count of one key at that moment, and until when it waits."""

    count: float
    at: datetime
    blocked_until: datetime | None


def wait_left(failures: Failures | None, now: datetime) -> timedelta:
    """How long the next attempt has to wait; zero when it may come."""
    if failures is None or failures.blocked_until is None:
        return timedelta(0)
    return max(timedelta(0), failures.blocked_until - now)


def after_attempt(failures: Failures | None, now: datetime, rule: BackOff) -> Failures:
    """The count with one more attempt, which is a failure until it has succeeded."""
    count = _remembered(failures, now, rule) + 1
    return Failures(count, now, now + wait if (wait := wait_after(count, rule)) else None)


def after_success(failures: Failures | None, now: datetime, rule: BackOff) -> Failures:
    """The count without the attempt that has succeeded."""
    return Failures(max(0.0, _remembered(failures, now, rule) - 1), now, None)


def wait_after(count: float, rule: BackOff) -> timedelta:
    """0, then 1, 2, 4 … seconds, at most a quarter of an hour."""
    return doubled(math.ceil(count) - rule.free, first=FIRST_WAIT, longest=LONGEST_WAIT)


def doubled(excess: int, *, first: timedelta, longest: timedelta) -> timedelta:
    """The wait after so many failures that are not free: none, `first`, twice that … `longest`."""
    if excess <= 0:
        return timedelta(0)
    return min(first * (1 << min(excess - 1, 20)), longest)


def _remembered(failures: Failures | None, now: datetime, rule: BackOff) -> float:
    if failures is None:
        return 0.0
    return max(0.0, failures.count - (now - failures.at) / rule.forgets_one_every)

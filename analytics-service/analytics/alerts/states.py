"""How an alert stands and what becomes of it; pure, so that a test can be its clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["ok", "pending", "firing", "resolved"]
CLEAR = timedelta(minutes=2)  # what holds again sooner is the same alert: nobody is told of it twice


@dataclass(frozen=True, slots=True)
class Standing:
    """The state and since when. `clear_since`: since when a firing alert's condition has not held."""

    state: State
    since: datetime
    clear_since: datetime | None = None


def next_standing(standing: Standing, *, holds: bool, lasting: timedelta, now: datetime) -> Standing:
    """How it stands now that the condition holds or does not.

    It fires when the condition has held for `lasting`, and is resolved when it has not held for two minutes.
    """
    if standing.state == "firing":
        return _firing(standing, holds=holds, now=now)
    if not holds:
        return Standing("ok", now) if standing.state == "pending" else standing
    pending = standing if standing.state == "pending" else Standing("pending", now)
    return Standing("firing", now) if now - pending.since >= lasting else pending


def is_news(before: Standing, after: Standing) -> bool:
    """Whether people are told: of the beginning and of the end."""
    return after.state != before.state and after.state in ("firing", "resolved")


def _firing(standing: Standing, *, holds: bool, now: datetime) -> Standing:
    if holds:
        return Standing("firing", standing.since)
    clear_since = standing.clear_since or now
    if now - clear_since >= CLEAR:
        return Standing("resolved", now)
    return Standing("firing", standing.since, clear_since)

"""What one person used, read of rollups alone."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from analytics.cuts import FIGURES, Cut
from analytics.insights.metrics import NANO
from analytics.insights.ranges import DayRange
from analytics.insights.repository import InsightRepository
from analytics.insights.schemas import OwnDay, OwnRange


def own_figures(sums: Mapping[str, int]) -> dict[str, Any]:
    """The fields of `OwnFigures`, of sums that are named as in FIGURES."""
    return {
        "conversations": sums["conversations_created"],
        "messages": sums["questions"],
        "answers": sums["answers"],
        "prompt_tokens": sums["prompt_tokens"],
        "completion_tokens": sums["completion_tokens"],
        "total_tokens": sums["total_tokens"],
        "cost_usd": sums["cost_nano_usd"] / NANO,
        "sign_ins": sums["sign_ins"],
        "api_requests": sums["requests"],
    }


def own_range(session: Session, user_id: str, days: DayRange) -> OwnRange:
    """What the person used in these days, and on each of them.

    Raises: InvalidInput (422) for more than 2,000 days.
    """
    found = InsightRepository(session).series(Cut.PERSON, [user_id], days.bounds("day"), FIGURES)[user_id]
    return OwnRange(
        **own_figures(sum(found, Counter())),
        timezone=days.zone.key,
        first_day=days.first,
        last_day=days.last,
        days=[OwnDay(day=days.first + timedelta(days=n), **own_figures(sums)) for n, sums in enumerate(found)],
    )

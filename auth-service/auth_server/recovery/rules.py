"""What links for a new password go by."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class ResetRules:
    """A link holds for `lifetime`; at most `mails_per_hour` are mailed for one account."""

    lifetime: timedelta
    mails_per_hour: int
    page_address: str
    now: Callable[[], datetime]

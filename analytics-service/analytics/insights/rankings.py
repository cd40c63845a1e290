"""By what lists are sorted, and what a row of one is before it is shown."""

from collections import Counter
from typing import NamedTuple

Sums = Counter[str]
SORTS: dict[str, tuple[str, ...]] = {
    "messages": ("questions", "answers"),
    "answers": ("answers",),
    "failed_answers": ("answers_failed",),
    "total_tokens": ("total_tokens",),
    "cost_usd": ("cost_nano_usd",),
    "requests": ("requests",),
    "requests_5xx": ("requests_5xx",),
    "conversations": ("conversations_created",),
    "sign_ins": ("sign_ins",),
    "thumbs_up": ("thumbs_up",),
    "thumbs_down": ("thumbs_down",),
}


class SubjectSums(NamedTuple):
    """A subject, its sums, and by how much it was sorted."""

    subject: str
    sums: Sums
    rank: int

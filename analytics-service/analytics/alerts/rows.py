"""What the repository gives: a rule with how it stands, and an entry of the history."""

from datetime import datetime
from typing import NamedTuple

from analytics.alerts.states import Standing, State
from analytics.cuts import Cut


class Rule(NamedTuple):
    """A rule. `window_minutes`: over which the figure is taken; `for_minutes`: how long it must be so."""

    id: str
    name: str
    figure: str
    comparison: str
    threshold: float
    window_minutes: int
    for_minutes: int
    cut: Cut
    subject: str
    is_enabled: bool
    created_at: datetime
    updated_at: datetime
    webhook_url: str | None = None
    webhook_secret: str | None = None  # sealed
    email: bool = False

    def holds(self, value: float | None) -> bool:
        """Whether it is so with this value; a figure that there is none of is neither above nor below."""
        if value is None:
            return False
        return value > self.threshold if self.comparison == "above" else value < self.threshold


class Watched(NamedTuple):
    """A rule and how it stands; None where nobody has looked yet."""

    rule: Rule
    standing: Standing | None
    value: float | None


class Change(NamedTuple):
    """That an alert began to fire or was resolved."""

    id: str
    rule_id: str
    rule_name: str
    figure: str | None  # None where it was not kept yet and the rule is gone or was changed since
    state: State
    value: float | None
    at: datetime

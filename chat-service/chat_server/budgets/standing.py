"""Where a budget stands at one moment, and the sentence for whoever it has no room for; pure."""

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from chat_server.amounts import written_usd
from chat_server.budgets.periods import Period, end_of
from chat_server.db.costs import Budget
from chat_server.errors import BudgetExhausted

WHOSE = {"platform": "The platform's budget", "person": "Your budget"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget that holds for somebody, and what is spent and reserved of it."""

    budget: Budget
    subject: str
    spent_nano_usd: int
    reserved_nano_usd: int
    today: date

    @property
    def left_nano_usd(self) -> int:
        """What is left; below zero when answers cost more than was reserved for them, or the limit was lowered."""
        return self.budget.limit_nano_usd - self.spent_nano_usd - self.reserved_nano_usd

    @property
    def renews_at(self) -> datetime:
        """When the next period begins."""
        return end_of(period_of(self.budget), self.today)

    def refusal(self, amount_nano_usd: int, now: datetime) -> BudgetExhausted:
        """Says why an answer of this cost has no room, and when there is some.

        Amounts are told to the person alone whose budget it is.
        """
        budget, is_theirs = self.budget, self.budget.scope == "person"
        sentence = WHOSE.get(budget.scope, f"The budget of the role {budget.subject}")
        sentence += " for today" if budget.period == "day" else " for this month"
        if is_theirs:
            sentence += f" of {written_usd(budget.limit_nano_usd)} USD"
        if self.left_nano_usd <= 0:
            sentence += " is used up."
        elif is_theirs:
            left, amount = written_usd(self.left_nano_usd), written_usd(amount_nano_usd)
            sentence += f" has {left} USD left, and this answer may cost {amount} USD."
        else:
            sentence += " does not cover this answer any more."
        sentence += f" It starts anew at {self.renews_at:%Y-%m-%d %H:%M} UTC; until then a cheaper model may do."
        return BudgetExhausted(sentence, retry_after_seconds=math.ceil((self.renews_at - now).total_seconds()))


def period_of(budget: Budget) -> Period:
    """The budget's period; only the two are ever written."""
    return cast(Period, budget.period)

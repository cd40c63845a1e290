"""What an answer costs: reserved before the model is asked, settled when it ends, each inside one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from service_kit.clock import utc_now
from sqlalchemy.orm import Session

from chat_server.budgets.service import BudgetService, Spender
from chat_server.llm.client import Usage
from chat_server.prices.service import PriceService


@dataclass(frozen=True, slots=True)
class Tokens:
    """How many the model read, and how many it wrote."""

    prompt: int
    completion: int


def tokens_taken(
    usage: Usage | None, *, prompt_tokens: int, written_tokens: int, failed_before_beginning: bool
) -> tuple[Tokens, bool]:
    """The tokens that an answer took, and whether they are estimated: the provider has not told how many.

    `prompt_tokens` and `written_tokens` are our own counts of what was sent and what came. What failed before it began
    took none.
    """
    if usage is not None:
        return Tokens(usage.prompt_tokens, usage.completion_tokens), False
    if failed_before_beginning:
        return Tokens(0, 0), False
    return Tokens(prompt_tokens, written_tokens), True


@dataclass(frozen=True, slots=True)
class Consumption:
    """The tokens that an answer took, of which model and provider, at the prices of which moment.

    `is_estimated`: the provider has not told how many.
    """

    price_key: str
    began_at: datetime
    tokens: Tokens
    is_estimated: bool
    provider: str | None


@dataclass(frozen=True, slots=True)
class Charge:
    """What an answer cost; `nano_usd` is None where the model has no price."""

    nano_usd: int | None
    is_estimated: bool


class Charging:
    """Joins prices and budgets."""

    def __init__(self, session: Session) -> None:
        self._prices = PriceService(session)
        self._budgets = BudgetService(session)

    def reserve(
        self, spender: Spender, answer_id: str, price_keys: Sequence[str], *, prompt_tokens: int, max_tokens: int
    ) -> bool:
        """Reserves what an answer may cost at most; `price_keys` are those of the model and of its fallbacks.

        Returns: whether the fallbacks may answer; not when the budgets have room for the model that was asked alone.
        Raises BudgetExhausted (429).
        """
        costs = [
            cost or 0
            for cost in self._prices.costs(
                price_keys, utc_now(), prompt_tokens=prompt_tokens, completion_tokens=max_tokens
            )
        ]
        if not any(costs):
            return True
        return self._budgets.reserve(spender, answer_id, [max(costs), costs[0]], prompt_tokens) == 0

    def settle(self, answer_id: str, consumption: Consumption) -> Charge:
        """Turns the reservation into what the answer really cost. The second time only tells the cost."""
        amount = self._prices.cost(
            consumption.price_key,
            consumption.began_at,
            prompt_tokens=consumption.tokens.prompt,
            completion_tokens=consumption.tokens.completion,
        )
        if (released := self._budgets.release(answer_id)) is not None:
            self._budgets.charge(released, amount or 0)
        return Charge(amount, consumption.is_estimated)

    def settle_abandoned(self, answer_id: str, price_key: str, began_at: datetime, written_tokens: int) -> Charge:
        """The same for an answer whose writer died, by what was stored; never more than was reserved."""
        released = self._budgets.release(answer_id)
        amount = self._prices.cost(
            price_key,
            began_at,
            prompt_tokens=released.prompt_tokens if released is not None else 0,
            completion_tokens=written_tokens,
        )
        if released is not None:
            amount = min(amount or 0, released.nano_usd)
            self._budgets.charge(released, amount)
        return Charge(amount, is_estimated=True)

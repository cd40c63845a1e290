"""The rules of budgets, inside one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from service_kit.clock import new_id, utc_now
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chat_server.amounts import nano_of_usd, usd_of_nano
from chat_server.budgets.periods import Period, begin_of
from chat_server.budgets.repository import EACH_PERSON, BudgetRepository
from chat_server.budgets.schemas import BudgetCreate, BudgetOut, BudgetUpdate, OwnBudget, OwnSpending, Scope
from chat_server.budgets.standing import Standing, period_of
from chat_server.db.costs import Budget, Reservation
from chat_server.errors import BudgetExists, BudgetNotFound

HELD_FOR = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Spender:
    """Who asks, with the roles they have at this moment."""

    user_id: str
    roles: tuple[str, ...]


class BudgetService:
    """Reserves before an answer and charges after it; what admins set and people see."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._budgets = BudgetRepository(session)

    def reserve(self, spender: Spender, answer_id: str, amounts: Sequence[int], prompt_tokens: int) -> int:
        """Reserves the first of the amounts (nano USD) that fits into every budget; returns its place in the list.

        Nothing is reserved for an amount of 0. Raises BudgetExhausted (429) when not even the last one fits; it says
        which budget is in the way of that one, and when it renews.
        """
        now = utc_now()
        standings = self._standings(spender, now.date(), is_locking=True)
        refused: Standing | None = None
        for place, amount in enumerate(amounts):
            refused = next((one for one in standings if amount > max(0, one.left_nano_usd)), None)
            if refused is None:
                if amount:
                    self._reserve(spender, answer_id, amount, prompt_tokens, now)
                return place
        if refused is None:
            raise ValueError("no amount was asked for")
        raise refused.refusal(amounts[-1], now)

    def _reserve(self, spender: Spender, answer_id: str, amount: int, prompt_tokens: int, now: datetime) -> None:
        self._budgets.reserve(
            Reservation(
                answer_id=answer_id,
                user_id=spender.user_id,
                roles=f",{','.join(spender.roles)},",
                day=now.date(),
                nano_usd=amount,
                prompt_tokens=prompt_tokens,
                held_until=now + HELD_FOR,
            )
        )

    def release(self, answer_id: str) -> Reservation | None:
        """Ends the reservation of an answer, which `charge` must follow; None when it has ended already."""
        return self._budgets.release(answer_id)

    def charge(self, released: Reservation, amount_nano_usd: int) -> None:
        """Adds what the answer cost to the sums of everybody whom the reservation was for."""
        scopes = [("platform", ""), *(("role", role) for role in released.roles.split(",") if role)]
        if released.user_id:
            scopes.append(("person", released.user_id))
        for scope, subject in sorted(scopes):  # in one order, so that two at once wait for each other in turn
            self._budgets.add_spending(
                {"scope": scope, "subject": subject, "day": released.day, "nano_usd": amount_nano_usd}
            )

    def hold(self, answer_ids: Sequence[str]) -> None:
        """Shows that these answers are still being written."""
        self._budgets.hold(answer_ids, utc_now() + HELD_FOR)

    def has_left_behind(self) -> bool:
        """Whether `charge_left_behind` would find anything; asked first, because it needs no write."""
        return bool(self._budgets.left_behind(utc_now()))

    def charge_left_behind(self) -> int:
        """Charges in full what was reserved for answers whose writers are gone: nobody knows how far they came."""
        count = 0
        for answer_id in self._budgets.left_behind(utc_now()):
            if (released := self.release(answer_id)) is not None:
                self.charge(released, released.nano_usd)
                count += 1
        return count

    def all(self) -> list[BudgetOut]:
        """All budgets, the platform's first, and where they stand."""
        today = utc_now().date()
        return [self._shown(budget, today) for budget in self._budgets.all()]

    def used_of_platform(self) -> dict[Period, float]:
        """Which share of the platform's budgets is spent, by period; more than 1 where the limit was lowered since.

        There is none of a budget of nothing.
        """
        today = utc_now().date()
        return {
            period_of(budget): self._spent_of_platform(period_of(budget), today) / budget.limit_nano_usd
            for budget in self._budgets.of_platform()
            if budget.limit_nano_usd
        }

    def create(self, body: BudgetCreate) -> BudgetOut:
        """Stores a new one. Raises BudgetExists (409) when there is one for the same subject and period."""
        budget = Budget(
            id=new_id(),
            scope=body.scope,
            subject=body.subject,
            period=body.period,
            limit_nano_usd=nano_of_usd(body.limit_usd),
            created_at=utc_now(),
        )
        try:
            with self._session.begin_nested():
                self._budgets.add(budget)
        except IntegrityError as error:
            raise BudgetExists() from error
        return self._shown(budget, utc_now().date())

    def update(self, budget_id: str, body: BudgetUpdate) -> BudgetOut:
        """Sets the limit. Raises BudgetNotFound (404)."""
        budget = self._found(budget_id)
        budget.limit_nano_usd = nano_of_usd(body.limit_usd)
        return self._shown(budget, utc_now().date())

    def delete(self, budget_id: str) -> None:
        """Removes it. Raises BudgetNotFound (404)."""
        self._budgets.delete(self._found(budget_id))

    def own(self, spender: Spender) -> OwnSpending:
        """What somebody has spent, and the budgets that hold for them."""
        today = utc_now().date()
        return OwnSpending(
            today_usd=usd_of_nano(self._budgets.spent("person", spender.user_id, today)),
            month_usd=usd_of_nano(self._budgets.spent("person", spender.user_id, begin_of("month", today))),
            budgets=[_own(standing) for standing in self._standings(spender, today, is_locking=False)],
        )

    def forget_person(self, user_id: str) -> None:
        """Removes what names a person who is erased; the sums of all stay."""
        self._budgets.forget_person(user_id)

    def _spent_of_platform(self, period: Period, today: date) -> int:
        return self._budgets.spent("platform", "", begin_of(period, today))

    def _found(self, budget_id: str) -> Budget:
        budget = self._budgets.find(budget_id)
        if budget is None:
            raise BudgetNotFound()
        return budget

    def _standings(self, spender: Spender, today: date, *, is_locking: bool) -> list[Standing]:
        """The budgets that hold for somebody; one of their own stands for that of each person."""
        found = self._budgets.concerning(spender.user_id, spender.roles, is_locking=is_locking)
        own_periods = {budget.period for budget in found if budget.scope == "person" and budget.subject != EACH_PERSON}
        return [
            self._standing(budget, spender.user_id if budget.scope == "person" else budget.subject, today)
            for budget in found
            if budget.subject != EACH_PERSON or budget.period not in own_periods
        ]

    def _standing(self, budget: Budget, subject: str, today: date) -> Standing:
        since = begin_of(period_of(budget), today)
        spent = self._budgets.spent(budget.scope, subject, since)
        return Standing(budget, subject, spent, self._budgets.reserved(budget.scope, subject, since), today)

    def _shown(self, budget: Budget, today: date) -> BudgetOut:
        is_of_each = budget.subject == EACH_PERSON
        standing = self._standing(budget, budget.subject, today)
        return BudgetOut(
            id=budget.id,
            scope=cast(Scope, budget.scope),
            subject=budget.subject,
            period=period_of(budget),
            limit_usd=usd_of_nano(budget.limit_nano_usd),
            spent_usd=None if is_of_each else usd_of_nano(standing.spent_nano_usd),
            reserved_usd=None if is_of_each else usd_of_nano(standing.reserved_nano_usd),
            renews_at=standing.renews_at,
        )


def _own(standing: Standing) -> OwnBudget:
    budget = standing.budget
    is_theirs = budget.scope == "person"
    return OwnBudget(
        scope=cast(Scope, budget.scope),
        period=period_of(budget),
        limit_usd=usd_of_nano(budget.limit_nano_usd) if is_theirs else None,
        spent_usd=usd_of_nano(standing.spent_nano_usd) if is_theirs else None,
        is_used_up=standing.left_nano_usd <= 0,
        renews_at=standing.renews_at,
    )

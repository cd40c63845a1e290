"""All SQL about budgets, reservations and spending."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from service_kit.upsert import add_to
from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, func, or_, select, true, update
from sqlalchemy.orm import Session

from chat_server.db.costs import Budget, Reservation, Spending

EACH_PERSON = "*"
_NO_SYNC = {"synchronize_session": False}
_reservations = cast(Table, Reservation.__table__)
# Every exchange runs it; built once and past the ORM like those of `messages/statements.py`.
_RELEASE = delete(_reservations).where(_reservations.c.answer_id == bindparam("of_answer")).returning(*_reservations.c)


class BudgetRepository:
    """Reads and writes rows of money; returns rows, numbers or None."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> Sequence[Budget]:
        """All budgets, the platform's first, then roles', then people's."""
        order = (Budget.scope != "platform", Budget.scope != "role", Budget.subject, Budget.period)
        return self._session.scalars(select(Budget).order_by(*order)).all()

    def of_platform(self) -> Sequence[Budget]:
        """The budgets of all together, at most one for each period."""
        return self._session.scalars(select(Budget).where(Budget.scope == "platform")).all()

    def find(self, budget_id: str) -> Budget | None:
        """The budget, locked until this transaction ends."""
        return self._session.get(Budget, budget_id, with_for_update=True)

    def add(self, budget: Budget) -> None:
        """Stores a new budget. Raises IntegrityError when there is one for the same already."""
        self._session.add(budget)
        self._session.flush()

    def delete(self, budget: Budget) -> None:
        """Removes it."""
        self._session.delete(budget)
        self._session.flush()

    def concerning(self, user_id: str, roles: Collection[str], *, is_locking: bool) -> Sequence[Budget]:
        """The budgets that may hold for somebody, in one order for all.

        `is_locking`: until this transaction ends nobody else looks whether something fits into them.
        """
        concerns = or_(
            Budget.scope == "platform",
            and_(Budget.scope == "role", Budget.subject.in_(roles)),
            and_(Budget.scope == "person", Budget.subject.in_([user_id, EACH_PERSON])),
        )
        query = select(Budget).where(concerns).order_by(Budget.id)
        return self._session.scalars(query.with_for_update() if is_locking else query).all()

    def spent(self, scope: str, subject: str, since: date) -> int:
        """Nano USD that were spent on answers begun on that day or later."""
        query = select(func.coalesce(func.sum(Spending.nano_usd), 0)).where(
            Spending.scope == scope, Spending.subject == subject, Spending.day >= since
        )
        return int(self._session.execute(query).scalar_one())

    def reserved(self, scope: str, subject: str, since: date) -> int:
        """Nano USD that answers being written may cost, those begun on that day or later."""
        query = select(func.coalesce(func.sum(Reservation.nano_usd), 0)).where(Reservation.day >= since)
        return int(self._session.execute(query.where(_is_of(scope, subject))).scalar_one())

    def reserve(self, reservation: Reservation) -> None:
        """Stores a reservation."""
        self._session.add(reservation)
        self._session.flush()

    def release(self, answer_id: str) -> Reservation | None:
        """Takes a reservation away; None when it was taken away already."""
        row = self._session.connection().execute(_RELEASE, {"of_answer": answer_id}).one_or_none()
        return Reservation(**row._mapping) if row is not None else None

    def add_spending(self, row: Mapping[str, Any]) -> None:
        """Adds `nano_usd` to what stands for (scope, subject, day)."""
        add_to(self._session, cast(Table, Spending.__table__), row)

    def hold(self, answer_ids: Collection[str], until: datetime) -> None:
        """Shows that the writers of these answers live."""
        statement = update(Reservation).where(Reservation.answer_id.in_(answer_ids)).values(held_until=until)
        self._session.execute(statement, execution_options=_NO_SYNC)

    def left_behind(self, now: datetime) -> Sequence[str]:
        """Ids of the answers whose writers are gone."""
        return self._session.scalars(select(Reservation.answer_id).where(Reservation.held_until < now)).all()

    def forget_person(self, user_id: str) -> None:
        """Removes a person's budgets and sums; what they spent stays in the sums of all."""
        mine = (Budget.scope == "person", Budget.subject == user_id)
        self._session.execute(delete(Budget).where(*mine), execution_options=_NO_SYNC)
        spent = (Spending.scope == "person", Spending.subject == user_id)
        self._session.execute(delete(Spending).where(*spent), execution_options=_NO_SYNC)
        nameless = update(Reservation).where(Reservation.user_id == user_id).values(user_id="")
        self._session.execute(nameless, execution_options=_NO_SYNC)


def _is_of(scope: str, subject: str) -> ColumnElement[bool]:
    """Whether a reservation counts for the subject."""
    if scope == "person":
        return Reservation.user_id == subject
    return Reservation.roles.contains(f",{subject},", autoescape=True) if scope == "role" else true()

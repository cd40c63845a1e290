"""What is on disk of money, read past the service."""

from collections.abc import Awaitable
from typing import Any, Protocol

from chat_server.db.costs import Reservation, Spending
from chat_server.dependencies import Parts
from sqlalchemy import select


class SetBudget(Protocol):
    """Sets a budget as an admin, and answers it."""

    def __call__(
        self, limit_usd: float, scope: str = "platform", subject: str = "", period: str = "day"
    ) -> Awaitable[dict[str, Any]]: ...


class Books:
    """What is on disk of money."""

    def __init__(self, parts: Parts) -> None:
        self._database = parts.database

    async def spent(self) -> dict[tuple[str, str], int]:
        """Nano USD by scope and subject, over all days."""
        columns = (Spending.scope, Spending.subject, Spending.nano_usd)
        rows = await self._database.read(lambda session: session.execute(select(*columns)).all())
        sums: dict[tuple[str, str], int] = {}
        for scope, subject, amount in rows:
            sums[scope, subject] = sums.get((scope, subject), 0) + amount
        return sums

    async def reserved(self) -> list[int]:
        """The amounts of all reservations, in nano USD."""
        query = select(Reservation.nano_usd)
        return list(await self._database.read(lambda session: session.scalars(query).all()))

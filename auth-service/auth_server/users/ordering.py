"""The orders that users are listed in, and how the place of one in them is told."""

from datetime import UTC, datetime
from typing import Any

from service_kit.columns import UtcDateTime
from service_kit.errors import InvalidInput
from sqlalchemy import ColumnElement, UnaryExpression, func, literal, tuple_

from auth_server.db.models import User
from auth_server.users.schemas import UserSort

NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # the time of a sign-in that has not been
Place = tuple[str, str, str]


class UserOrder:
    """One of the orders. Ids break ties, so that a page begins exactly where the one before it ended."""

    def __init__(self, sort: UserSort) -> None:
        self.sort = sort
        self._field = sort.removeprefix("-")
        self._is_descending = sort.startswith("-")

    def clauses(self) -> tuple[UnaryExpression[Any], ...]:
        """What to order by."""
        columns = (self._column(), User.id)
        return tuple(column.desc() if self._is_descending else column.asc() for column in columns)

    def following(self, place: Place) -> ColumnElement[bool]:
        """The users that come after this place.

        Raises: InvalidInput (422) for a place that is none in this order.
        """
        sort, text, user_id = place
        if sort != self.sort:
            raise _unknown_place()
        columns, values = tuple_(self._column(), User.id), (self._value(text), user_id)
        return columns < values if self._is_descending else columns > values

    def place(self, user: User) -> Place:
        """Where the user stands."""
        if self._field == "username":
            return self.sort, user.username_key, user.id
        return self.sort, (getattr(user, self._field) or NEVER).isoformat(), user.id

    def _column(self) -> ColumnElement[Any]:
        if self._field == "username":
            return User.username_key.expression
        if self._field == "created_at":
            return User.created_at.expression
        return func.coalesce(User.last_login_at, literal(NEVER, UtcDateTime()))

    def _value(self, text: str) -> str | datetime:
        if self._field == "username":
            return text
        try:
            # Into UTC here, because a time at the calendar's edge fails only then; a naive one is not ours.
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise _unknown_place() from error
        raise _unknown_place()


def _unknown_place() -> InvalidInput:
    return InvalidInput("The cursor is not one that this list gave out. Start again without it.", field="cursor")

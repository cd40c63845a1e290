"""Lists: `limit`, an opaque `cursor`, and the next page in the `Link` header, as in the GitHub API."""

import base64
import binascii
import json
import re
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from service_kit.errors import InvalidInput

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 200
LARGEST_NUMBER = 2**63
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def encode_cursor(*position: str | int) -> str:
    """The opaque form of the sort key of a page's last row."""
    return base64.urlsafe_b64encode(json.dumps(position).encode()).rstrip(b"=").decode()


def decode_cursor(cursor: str, length: int) -> list[str | int]:
    """The position in a cursor, `length` values long. Raises InvalidInput (422) for a foreign one."""
    try:
        position = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise _unknown_cursor() from error
    if not isinstance(position, list) or len(position) != length or not all(_is_storable(item) for item in position):
        raise _unknown_cursor()
    return list(position)


def _is_storable(value: object) -> bool:
    """Whether a database takes it as a parameter: NUL, lone surrogates and larger numbers are errors to one."""
    if isinstance(value, str):
        return _UNSTORABLE.search(value) is None
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER


def _unknown_cursor() -> InvalidInput:
    return InvalidInput("The cursor is not one that this list gave out. Start again without it.", field="cursor")


class Page:
    """What the caller asked for, and where the next page is told."""

    def __init__(
        self,
        request: Request,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=LARGEST_LIMIT)] = DEFAULT_LIMIT,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> None:
        self.limit = limit
        self.cursor = cursor
        self._request = request
        self._response = response

    def position(self, length: int) -> list[str | int] | None:
        """Where this page begins: the sort key that the page before ended with, or None for the first."""
        return decode_cursor(self.cursor, length) if self.cursor else None

    def last_id(self) -> str | None:
        """The id that the page before ended with, in a list that goes by ids alone; None for the first page."""
        position = self.position(1)
        return str(position[0]) if position else None

    def last_time_and_id(self) -> tuple[datetime, str] | None:
        """The same in a list that goes by a time and then an id; the time is in UTC."""
        position = self.position(2)
        if position is None:
            return None
        try:
            # Into UTC here, because a time at the calendar's edge fails only then; a naive one is not ours.
            at = datetime.fromisoformat(str(position[0]))
            if at.tzinfo is not None:
                return at.astimezone(UTC), str(position[1])
        except (ValueError, OverflowError) as error:
            raise _unknown_cursor() from error
        raise _unknown_cursor()

    def announce_next(self, *position: str | int) -> None:
        """Sets the `Link` header to the page that follows the row with this sort key (a relative reference)."""
        given = self._request.query_params.multi_items()  # a filter may be given several times
        kept = [(name, value) for name, value in given if name not in ("limit", "cursor")]
        query = [*kept, ("limit", str(self.limit)), ("cursor", encode_cursor(*position))]
        self._response.headers["Link"] = f'<{self._request.url.path}?{urlencode(query)}>; rel="next"'


PageDep = Annotated[Page, Depends()]

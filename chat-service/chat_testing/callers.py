"""The kinds of fixtures that make callers."""

from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol

import httpx

from chat_testing.sockets import ChatSocket

FIVE_MINUTES = timedelta(minutes=5)


class TokenFor(Protocol):
    """Makes an access token of the person with this name, who has the role of that name; its lifetime may be over."""

    def __call__(self, name: str, lifetime: timedelta = FIVE_MINUTES) -> str: ...


class ClientFor(Protocol):
    """A client of the application that is signed in under a name, or anonymous."""

    def __call__(self, name: str | None) -> httpx.AsyncClient: ...


class Connect(Protocol):
    """Opens a socket: as Ann, in streaming mode, with her token in the query, unless told otherwise."""

    def __call__(
        self,
        conversation_id: str,
        *,
        user: str | None = "ann",
        token: str | None = None,
        stream: bool = True,
        subprotocols: tuple[str, ...] = (),
        origin: str | None = None,
    ) -> AbstractAsyncContextManager[ChatSocket]: ...

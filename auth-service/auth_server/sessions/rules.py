"""What sessions go by: how long they last, how their tokens are signed, and what time it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from auth_server.sessions.refresh_tokens import RefreshTokenSigner


@dataclass(frozen=True, slots=True)
class SessionRules:
    """A session ends when it was not used for `idle`, and in any case `absolute` after the sign-in."""

    idle: timedelta
    absolute: timedelta
    signer: RefreshTokenSigner
    now: Callable[[], datetime]

"""What signing in, refreshing and introspection take and answer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class TokenPair:
    """An access token and the refresh token that comes with it, each with the time that it is good for.

    `device_cookie` is there when the page shall remember that this person has signed in from this device.
    """

    access_token: str
    access_lasts: timedelta
    refresh_token: str
    refresh_lasts: timedelta
    device_cookie: str | None = None


class TokenOut(BaseModel):
    """An access token, which holds for `expires_in` seconds, and the token to get the next one with.

    `refresh_token` is null for the page, whose cookie holds it.
    """

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    refresh_token: str | None


class RefreshIn(BaseModel):
    """The refresh token of a program; the page sends its cookie."""

    model_config = ConfigDict(extra="forbid")

    refresh_token: str


class InactiveToken(BaseModel):
    """The token is none of ours, or its session has ended; why is not said (RFC 7662, section 2.2)."""

    active: Literal[False]


class ActiveToken(BaseModel):
    """The token holds. Name and roles are those that the user has now, whatever the token says."""

    active: Literal[True]
    token_type: Literal["Bearer"]
    username: str
    sub: str
    user_id: str
    roles: list[str]
    sid: str
    jti: str
    iss: str
    iat: int
    exp: int

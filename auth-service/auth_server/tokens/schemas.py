"""What signing in, refreshing and introspection take and answer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from service_kit.problems import Problem

from auth_server.factors.schemas import FactorKind


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


class SecondStepProblem(Problem):
    """The password was right: `factor_token` stands for it in the second step, which one of `factors` can take.

    Without any (`factor_enrolment_required`) it is the Bearer token for setting one up.
    """

    factor_token: str
    factors: list[FactorKind]


class RefreshIn(BaseModel):
    """The refresh token of a program; the page sends its cookie."""

    model_config = ConfigDict(extra="forbid")

    refresh_token: str


class InactiveToken(BaseModel):
    """The token or API key is none of ours, or has ended; why is not said (RFC 7662, section 2.2)."""

    active: Literal[False]


class ActiveApiKey(BaseModel):
    """The API key holds. Name and roles are those that its owner has now; `exp` is null for a key without an end."""

    active: Literal[True]
    token_type: Literal["Bearer"]
    scope: str
    client_id: str
    username: str
    sub: str
    user_id: str
    roles: list[str]
    iss: str
    iat: int
    exp: int | None


class TokensIn(BaseModel):
    """Access tokens and API keys to be asked about together."""

    model_config = ConfigDict(extra="forbid")

    tokens: Annotated[list[str], Field(min_length=1, max_length=100)]


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

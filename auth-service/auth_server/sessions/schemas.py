"""What the session routes answer, and what a session is to the rest of the service."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel

from auth_server.users.schemas import Account

RevocationReason = Literal[
    "signed_out",
    "ended_by_user",
    "ended_by_admin",
    "signed_out_everywhere",
    "password_changed",
    "password_reset",
    "token_reused",
    "factors_changed",
    "factors_reset",
    "database_restored",
]


@dataclass(frozen=True, slots=True)
class SignInClient:
    """Where a sign-in comes from, as far as can be told."""

    device: str
    address: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A session that was begun or carried on: what its tokens are made of."""

    account: Account
    session_id: str
    refresh_token: str
    lasts: timedelta
    refresh_lasts: timedelta


@dataclass(frozen=True, slots=True)
class Reuse:
    """A refresh token that was spent too long ago: somebody else may have it."""

    session_id: str


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that holds at this moment, and whether its last use was noted too long ago."""

    session_id: str
    account: Account
    is_use_stale: bool


class SessionRecord(BaseModel):
    """A sign-in in one's own export; `ended_at` is null while it has not been ended, though it may have expired."""

    id: str
    device: str
    address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    ended_reason: str | None


class SessionOut(BaseModel):
    """A sign-in that still holds. Times are UTC; `expires_at` is when it ends unless it is used before."""

    id: str
    device: str
    address: str
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    is_current: bool

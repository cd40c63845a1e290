"""What the API key routes take and answer, and what a key is to the rest of the service."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from service_kit.api_keys import SCOPES, Scope

from auth_server.users.schemas import Account

LONGEST_NAME = 100


def _check_name(name: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise ValueError("A name has no line breaks or other control characters")
    if not name.strip():
        raise ValueError("A key needs a name, to be told from the others")
    return name.strip()


def _check_scopes(scopes: list[Scope]) -> list[Scope]:
    return [scope for scope in SCOPES if scope in scopes]


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("The end is beyond the calendar") from error


KeyName = Annotated[str, Field(max_length=LONGEST_NAME, examples=["backup script"]), AfterValidator(_check_name)]


class ApiKeyCreate(BaseModel):
    """A key to make. Without `expires_at` it has no end, where the service allows that."""

    model_config = ConfigDict(extra="forbid")

    name: KeyName
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=10), AfterValidator(_check_scopes)]
    expires_at: Annotated[AwareDatetime, AfterValidator(_in_utc)] | None = None


class ApiKeyPatch(BaseModel):
    """The key's new name; nothing else about a key can be changed."""

    model_config = ConfigDict(extra="forbid")

    name: KeyName


class ApiKeyOut(BaseModel):
    """A key, to be recognised by its `prefix`. Times are UTC; `last_used_at` is exact to the minute."""

    id: str
    name: str
    prefix: str
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class CreatedApiKey(ApiKeyOut):
    """A new key. `key` is the key itself, which is shown here and never again."""

    key: str


@dataclass(frozen=True, slots=True)
class LiveApiKey:
    """A key that holds at this moment, whose it is, and whether its last use was noted too long ago."""

    id: str
    account: Account
    scope: str
    created_at: datetime
    expires_at: datetime | None
    is_use_stale: bool

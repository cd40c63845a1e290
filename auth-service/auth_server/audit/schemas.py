"""Who does something, to whom or what, and what an entry of the audit trail says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field, JsonValue

Detail = Mapping[str, str | int | float | bool | Sequence[str] | None]  # what an entry says beyond who, what and whom


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something, and from where. `user_id` is None for someone who is not signed in, and for the operator."""

    user_id: str | None
    username: str
    address: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Target:
    """What it is done to: `kind` is a noun like `user` or `session`, `name` is what it was called at that moment."""

    kind: str
    id: str
    name: str


FIRST_START = Actor(None, "(first start)", "", "")
ERASURE = Actor(None, "(erasure)", "", "")  # what goes on by itself after somebody was deleted
OPERATOR = Actor(None, "(operator)", "", "")  # whoever runs commands on the machine itself


class AuditEntryOut(BaseModel):
    """An entry. Names are those of that moment; `sequence` counts 1, 2, 3… without a gap."""

    sequence: int
    at: datetime
    actor_id: str | None
    actor_name: str
    action: str
    target_kind: str | None
    target_id: str | None
    target_name: str | None
    address: str
    request_id: str
    detail: dict[str, JsonValue]


class AuditFilter(BaseModel):
    """Which entries; what is left out does not narrow them."""

    q: Annotated[str | None, Field(max_length=100, description="Text within a name, address or action.")] = None
    action: Annotated[str | None, Field(max_length=64, description="How the action begins: `user.`")] = None
    actor_id: Annotated[str | None, Field(max_length=64)] = None
    target_id: Annotated[str | None, Field(max_length=64)] = None
    since: Annotated[AwareDatetime | None, Field(description="From this time on, with its offset.")] = None
    until: Annotated[AwareDatetime | None, Field(description="Before this time, with its offset.")] = None

"""Who does something, to whom or what, and what an entry of the audit trail says."""

from dataclasses import dataclass


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

"""What a row of the access matrix is, and who calls. The rows: `access_table`; how they are called: `access_matrix`."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from support.client import People, Person

CALLERS = ("anonymous", "bad token", "deactivated", "other user", "owner", "manager", "admin", "service")
Options = dict[str, Any]  # what httpx is given: json, data, params


@dataclass(frozen=True)
class Caller:
    """Someone of one of the kinds in CALLERS. `person` is None for those who are nobody."""

    kind: str
    token: str | None
    person: Person | None = None

    @property
    def is_let_in(self) -> bool:
        """Whether it is somebody whose token holds."""
        return self.person is not None and self.kind not in ("bad token", "deactivated")

    @property
    def headers(self) -> dict[str, str]:
        return {} if self.token is None else {"Authorization": f"Bearer {self.token}"}


@dataclass(frozen=True)
class Target:
    """What a call is about: the values of its path, all of them one person's."""

    owner: Person
    values: Mapping[str, str]


@dataclass(frozen=True)
class Call:
    """One cell about to be called: what a body is made for."""

    people: People
    caller: Caller
    owner: Person
    values: Mapping[str, str]  # of the path, all of them the owner's


Request = Options | Callable[[Call], Awaitable[Options]]


@dataclass(frozen=True)
class Row:
    """An operation (`auth GET /users/{username}`), the status for each of CALLERS in turn, and a valid request.

    before: what must have happened first where there is no body; gives the request's headers.
    uses_up: a call that succeeds ends its target or the session of its caller, who are made anew for it.
    is_documented: it is in the OpenAPI document.
    """

    operation: str
    answers: str
    request: Request = field(default_factory=dict)
    before: Callable[[Call], Awaitable[Options]] | None = None
    uses_up: Literal["nothing", "target", "caller"] = "nothing"
    is_documented: bool = True

    @property
    def service(self) -> str:
        return self.operation.split()[0]

    @property
    def method(self) -> str:
        return self.operation.split()[1]

    @property
    def path(self) -> str:
        return self.operation.split()[2]

    @property
    def path_names(self) -> list[str]:
        """The names of the values in the path."""
        return re.findall(r"\{(\w+)\}", self.path)

    @property
    def statuses(self) -> dict[str, int]:
        return {kind: int(status) for kind, status in zip(CALLERS, self.answers.split(), strict=True)}

    def allows(self, kind: str) -> bool:
        return self.statuses[kind] < 400

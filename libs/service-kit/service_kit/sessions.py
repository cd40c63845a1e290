"""Whether a session still holds: asks auth-service (RFC 7662), at most once per session and five seconds."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol, runtime_checkable

import structlog
from prometheus_client import CollectorRegistry, Counter

from service_kit.errors import CredentialsRefused, IdentityUnavailable
from service_kit.introspection import Introspected, IntrospectionClient
from service_kit.tokens import Principal

INTERVAL_SECONDS = 5.0  # what is revoked is refused at the latest this long afterwards
OUTAGE_GRACE_SECONDS = 600.0
RETRY_SECONDS = 1.0  # while auth-service is down it is asked once a second, whatever the load
LARGEST_CACHE = 10_000  # sessions; about 4 MB

OutageMode = Literal["accept_recent", "refuse"]
SessionKey = tuple[str, str]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What auth-service said of a session, and when it was asked (monotonic seconds)."""

    asked_at: float
    token_id: str
    is_active: bool
    username: str = ""
    roles: tuple[str, ...] = ()


@runtime_checkable
class SessionCheck(Protocol):
    """Says whether the session of a token still holds. The token must have been verified before."""

    async def check(self, token: str, principal: Principal) -> Principal:
        """The principal with their current name and roles.

        Raises: CredentialsRefused (401) when the session has ended; IdentityUnavailable (503) when nobody can say.
        """
        ...

    def is_due(self, principal: Principal) -> bool:
        """Whether the next check of this session would ask auth-service."""
        ...

    def has_ended(self, principal: Principal) -> bool:
        """Whether the session is remembered as ended."""
        ...

    async def close(self) -> None:
        """Ends what is under way."""
        ...


class SessionMetrics:
    """The figures of a checker."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.introspections = Counter(
            "session_introspections", "Questions to auth-service", ["outcome"], registry=registry
        )
        self.cache_hits = Counter("session_cache_hits", "Checks answered from memory", registry=registry)
        self.outage_acceptances = Counter(
            "session_outage_acceptances", "Sessions accepted while auth-service did not answer", registry=registry
        )


class SessionChecker:
    """Remembers the answers of auth-service by session: the SessionCheck of every service but auth-service itself.

    While auth-service does not answer, `accept_recent` lets sessions pass that were seen active within the last ten
    minutes, `refuse` none. An inactive answer counts for its token alone: another token of that session is asked about
    again, because a token may be refused for being at its end.
    """

    def __init__(
        self,
        client: IntrospectionClient,
        mode: OutageMode,
        registry: CollectorRegistry,
        *,
        capacity: int = LARGEST_CACHE,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._grace_seconds = OUTAGE_GRACE_SECONDS if mode == "accept_recent" else 0.0
        self._metrics = SessionMetrics(registry)
        self._capacity = capacity
        self._now = now
        self._seen: OrderedDict[SessionKey, _Seen] = OrderedDict()
        self._flights: dict[SessionKey, asyncio.Task[_Seen | None]] = {}
        self._is_down = False
        self._retry_at = 0.0

    def __len__(self) -> int:
        return len(self._seen)

    def is_due(self, principal: Principal) -> bool:
        return self._fresh(principal) is None

    def has_ended(self, principal: Principal) -> bool:
        seen = self._fresh(principal)
        return seen is not None and not seen.is_active

    async def check(self, token: str, principal: Principal) -> Principal:
        if not principal.session_id:
            raise CredentialsRefused()
        seen = self._fresh(principal)
        if seen is not None:
            self._metrics.cache_hits.inc()
        while seen is None:
            flight = self._flight(token, principal)
            if flight is None or (self._is_down and self._is_recent(principal)):
                return self._pass_through_outage(principal)
            answer = await asyncio.shield(flight)
            if answer is None:
                return self._pass_through_outage(principal)
            seen = answer if _concerns(answer, principal) else None
        if not seen.is_active:
            raise CredentialsRefused()
        return replace(principal, username=seen.username, roles=seen.roles)

    async def close(self) -> None:
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        await self._client.close()

    def _fresh(self, principal: Principal) -> _Seen | None:
        seen = self._seen.get(_key(principal))
        if seen is None or self._now() - seen.asked_at >= INTERVAL_SECONDS or not _concerns(seen, principal):
            return None
        return seen

    def _flight(self, token: str, principal: Principal) -> "asyncio.Task[_Seen | None] | None":
        """The question about this session, begun now unless it is under way; None when it is too early to ask again."""
        key = _key(principal)
        if key not in self._flights:
            now = self._now()
            if self._is_down and now < self._retry_at:
                return None
            self._retry_at = now + RETRY_SECONDS
            flight = asyncio.create_task(self._ask(token, principal), name="introspection")
            self._flights[key] = flight
            flight.add_done_callback(lambda _: self._flights.pop(key, None))
        return self._flights[key]

    async def _ask(self, token: str, principal: Principal) -> _Seen | None:
        """The answer, remembered; None when there was none."""
        asked_at = self._now()  # what is revoked from here on may not be in the answer
        said = await self._client.introspect(token)
        if said is None:
            self._metrics.introspections.labels("failed").inc()
            self._note_outage()
            return None
        self._note_return()
        is_active = said.active and _is_about(said, principal)
        self._metrics.introspections.labels("active" if is_active else "inactive").inc()
        seen = _Seen(asked_at, principal.token_id, is_active, said.username, said.roles)
        self._remember(_key(principal), seen)
        return seen

    def _remember(self, key: SessionKey, seen: _Seen) -> None:
        self._seen[key] = seen
        self._seen.move_to_end(key)
        while len(self._seen) > self._capacity:
            self._seen.popitem(last=False)

    def _note_outage(self) -> None:
        if not self._is_down:
            log.warning("auth_service_does_not_answer")
        self._is_down = True
        self._retry_at = self._now() + RETRY_SECONDS

    def _note_return(self) -> None:
        if self._is_down:
            log.info("auth_service_answers_again")
        self._is_down = False

    def _is_recent(self, principal: Principal) -> bool:
        seen = self._seen.get(_key(principal))
        return seen is not None and seen.is_active and self._now() - seen.asked_at < self._grace_seconds

    def _pass_through_outage(self, principal: Principal) -> Principal:
        if not self._is_recent(principal):
            raise IdentityUnavailable()
        self._metrics.outage_acceptances.inc()
        seen = self._seen[_key(principal)]
        return replace(principal, username=seen.username, roles=seen.roles)


def _key(principal: Principal) -> SessionKey:
    return principal.session_id, principal.user_id


def _concerns(seen: _Seen, principal: Principal) -> bool:
    return seen.is_active or seen.token_id == principal.token_id


def _is_about(said: Introspected, principal: Principal) -> bool:
    return (said.sid, said.user_id) == (principal.session_id, principal.user_id)

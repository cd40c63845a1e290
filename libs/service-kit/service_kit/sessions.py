"""Whether a session or API key still holds: asks auth-service (RFC 7662), at most once per each and five seconds."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, Protocol, runtime_checkable

import structlog
from prometheus_client import CollectorRegistry, Counter

from service_kit.credentials import Credential, Subject
from service_kit.errors import IdentityUnavailable
from service_kit.introspection import Introspected, IntrospectionClient
from service_kit.tokens import LATEST_TIMESTAMP, Principal

INTERVAL_SECONDS = 5.0  # what is revoked is refused at the latest this long afterwards
OUTAGE_GRACE_SECONDS = 600.0
RETRY_SECONDS = 1.0  # while auth-service is down it is asked once a second, whatever the load
LARGEST_CACHE = 10_000  # sessions and keys; about 4 MB

OutageMode = Literal["accept_recent", "refuse"]
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What auth-service said of a session or key, and when it was asked (monotonic seconds)."""

    asked_at: float
    token_id: str
    is_active: bool
    said: Introspected


@runtime_checkable
class SessionCheck(Protocol):
    """Says whether a credential still holds, which was read before: its signature or checksum is right."""

    async def check(self, credential: Credential) -> Principal:
        """The person whose it is, with their current name and roles.

        Raises: CredentialsRefused (401) when it has ended; IdentityUnavailable (503) when nobody can say.
        """
        ...

    def is_due(self, credential: Credential) -> bool:
        """Whether the next check would ask auth-service."""
        ...

    def has_ended(self, credential: Credential) -> bool:
        """Whether it is remembered as ended."""
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
    """Remembers auth-service's answers by session and key: the SessionCheck of every service but auth-service itself.

    While auth-service does not answer, `accept_recent` lets those pass that were seen active within the last ten
    minutes, `refuse` none. An inactive answer counts for its token alone: another token of that session is asked about
    again, because a token may be refused for being at its end. Of API keys it knows hashes only.
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
        self._seen: OrderedDict[Subject, _Seen] = OrderedDict()
        self._flights: dict[Subject, asyncio.Task[_Seen | None]] = {}
        self._is_down = False
        self._retry_at = 0.0

    def __len__(self) -> int:
        return len(self._seen)

    def is_due(self, credential: Credential) -> bool:
        return self._fresh(credential) is None

    def has_ended(self, credential: Credential) -> bool:
        seen = self._fresh(credential)
        return seen is not None and not seen.is_active

    async def check(self, credential: Credential) -> Principal:
        seen = self._fresh(credential)
        if seen is not None:
            self._metrics.cache_hits.inc()
        while seen is None:
            flight = self._flight(credential)
            if flight is None or (self._is_down and self._is_recent(credential)):
                return self._pass_through_outage(credential)
            answer = await asyncio.shield(flight)
            if answer is None:
                return self._pass_through_outage(credential)
            seen = answer if _concerns(answer, credential) else None
        return _principal(credential, seen)

    async def close(self) -> None:
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)
        await self._client.close()

    def _fresh(self, credential: Credential) -> _Seen | None:
        seen = self._seen.get(credential.subject)
        if seen is None or self._now() - seen.asked_at >= INTERVAL_SECONDS or not _concerns(seen, credential):
            return None
        return seen

    def _flight(self, credential: Credential) -> "asyncio.Task[_Seen | None] | None":
        """The question about this subject, begun now unless it is under way; None when it is too early to ask again."""
        subject = credential.subject
        if subject not in self._flights:
            now = self._now()
            if self._is_down and now < self._retry_at:
                return None
            self._retry_at = now + RETRY_SECONDS
            flight = asyncio.create_task(self._ask(credential), name="introspection")
            self._flights[subject] = flight
            flight.add_done_callback(lambda _: self._flights.pop(subject, None))
        return self._flights[subject]

    async def _ask(self, credential: Credential) -> _Seen | None:
        """The answer, remembered; None when there was none."""
        asked_at = self._now()  # what is revoked from here on may not be in the answer
        said = await self._client.introspect(credential.text)
        if said is None:
            self._metrics.introspections.labels("failed").inc()
            self._note_outage()
            return None
        self._note_return()
        is_active = said.active and _is_about(said, credential)
        self._metrics.introspections.labels("active" if is_active else "inactive").inc()
        seen = _Seen(asked_at, credential.token_id, is_active, said)
        self._remember(credential.subject, seen)
        return seen

    def _remember(self, subject: Subject, seen: _Seen) -> None:
        self._seen[subject] = seen
        self._seen.move_to_end(subject)
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

    def _is_recent(self, credential: Credential) -> bool:
        seen = self._seen.get(credential.subject)
        return seen is not None and seen.is_active and self._now() - seen.asked_at < self._grace_seconds

    def _pass_through_outage(self, credential: Credential) -> Principal:
        if not self._is_recent(credential):
            raise IdentityUnavailable()
        principal = _principal(credential, self._seen[credential.subject])
        self._metrics.outage_acceptances.inc()
        return principal


def _concerns(seen: _Seen, credential: Credential) -> bool:
    return seen.is_active or seen.token_id == credential.token_id


def _is_about(said: Introspected, credential: Credential) -> bool:
    if credential.claims is None:
        return bool(said.client_id and said.user_id)
    return (said.sid, said.user_id) == credential.subject


def _principal(credential: Credential, seen: _Seen) -> Principal:
    """The person, as auth-service last said. Raises CredentialsRefused (401), also when a key has expired since."""
    said = seen.said
    if not seen.is_active:
        raise credential.refusal()
    if credential.claims is not None:
        return replace(credential.claims, username=said.username, roles=said.roles)
    expires_at = LATEST_TIMESTAMP if said.exp is None else said.exp
    if expires_at <= time.time():
        raise credential.refusal()
    return Principal(
        username=said.username,
        user_id=said.user_id,
        roles=said.roles,
        session_id="",
        token_id=said.client_id,
        issued_at=said.iat,
        expires_at=expires_at,
        scopes=frozenset(said.scope.split()),
    )

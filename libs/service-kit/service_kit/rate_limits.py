"""How often someone may do something: the only importer of `limits`. Counts in memory, or for replicas in Redis."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError

from service_kit.errors import ServiceError

if TYPE_CHECKING:
    from redis.asyncio import ConnectionPool

REDIS_ANSWER_SECONDS = 0.5
REDIS_RETRY_SECONDS = 5.0
MINUTE = 60
HOUR = 3_600
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `amount` within `per_seconds` for each key; 0 is no limit."""

    name: str
    amount: int
    per_seconds: int = MINUTE


@dataclass(frozen=True, slots=True)
class Standing:
    """Where someone stands with a limit after this call."""

    limit: Limit
    is_allowed: bool
    remaining: int
    reset_seconds: int

    @property
    def headers(self) -> dict[str, str]:
        """The `RateLimit-*` headers."""
        return {
            "RateLimit-Limit": str(self.limit.amount),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }


class RateLimited(ServiceError):
    """Too often (429)."""

    code = "rate_limited"
    status = HTTPStatus.TOO_MANY_REQUESTS
    retryable = True

    def __init__(self, standing: Standing) -> None:
        wait = max(1, standing.reset_seconds)
        super().__init__(f"That was too often. Wait {wait} s, then try again.", retry_after_seconds=wait)
        self._standing = standing

    @property
    def headers(self) -> dict[str, str]:
        return super().headers | self._standing.headers


class RateLimiter:
    """Counts for one process, or with a Redis URL for all that share it.

    While Redis does not answer each process counts for itself, and Redis is tried again every five seconds: a limit
    must not become an outage.
    """

    def __init__(self, redis_url: str = "", monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._pool = _redis_pool(redis_url) if redis_url else None
        self._shared = _shared_limiter(redis_url, self._pool) if self._pool else None
        self._shared_again_at = 0.0

    async def hit(self, limit: Limit, key: str) -> Standing | None:
        """Counts one call by `key`; None when there is no limit."""
        if limit.amount == 0:
            return None
        if self._shared is not None and self._monotonic() >= self._shared_again_at:
            try:
                return await _hit(self._shared, limit, key)
            except StorageError as error:
                self._shared_again_at = self._monotonic() + REDIS_RETRY_SECONDS
                log.warning("rate_limits_without_redis", error_type=type(error.storage_error).__name__)
        return await _hit(self._own, limit, key)

    async def require(self, limit: Limit, key: str) -> None:
        """Counts one call by `key`. Raises RateLimited (429) when it is one too many."""
        standing = await self.hit(limit, key)
        if standing is not None and not standing.is_allowed:
            raise RateLimited(standing)

    async def close(self) -> None:
        """Ends the connections."""
        if self._pool is not None:
            await self._pool.disconnect()


def _redis_pool(url: str) -> "ConnectionPool":
    from redis.asyncio import ConnectionPool  # 6 MB that only who has a Redis needs

    return ConnectionPool.from_url(
        url, socket_timeout=REDIS_ANSWER_SECONDS, socket_connect_timeout=REDIS_ANSWER_SECONDS
    )


def _shared_limiter(url: str, pool: "ConnectionPool") -> SlidingWindowCounterRateLimiter:
    options: dict[str, Any] = {"connection_pool": pool, "key_prefix": "convoai-limits"}
    storage = RedisStorage(f"async+{url}", wrap_exceptions=True, implementation="redispy", **options)
    return SlidingWindowCounterRateLimiter(storage)


async def _hit(limiter: SlidingWindowCounterRateLimiter, limit: Limit, key: str) -> Standing:
    item = RateLimitItemPerSecond(limit.amount, limit.per_seconds, namespace=limit.name)
    is_allowed = await limiter.hit(item, key)
    stats = await limiter.get_window_stats(item, key)
    reset_seconds = min(max(0, math.ceil(stats.reset_time - time.time())), limit.per_seconds)
    return Standing(limit, is_allowed, stats.remaining, reset_seconds)

"""Whether the account of somebody who shares is open: asks auth-service, at most once per person and five seconds."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

import httpx
import msgspec
import structlog
from service_kit.errors import IdentityUnavailable
from service_kit.service_client import NoAnswer, ServiceClient

REMEMBERED_SECONDS = 5.0  # so that a closed account shares nothing any more within ten seconds
OUTAGE_GRACE_SECONDS = 600.0  # as sessions have it: who was there lately still is, while nobody can say
LARGEST_CACHE = 10_000
ANSWER_SECONDS = 2.0
log = structlog.get_logger(__name__)


class OwnerCheck(Protocol):
    """Says whether somebody's account is open."""

    async def is_active(self, user_id: str) -> bool:
        """Whether it is there and not deactivated. Raises IdentityUnavailable (503) when nobody can say."""
        ...

    async def close(self) -> None:
        """Ends what is under way."""
        ...


class _Standing(msgspec.Struct, frozen=True):
    is_active: bool


@dataclass(frozen=True, slots=True)
class _Seen:
    at: float  # monotonic seconds
    is_active: bool


class Owners:
    """The OwnerCheck that asks `GET /internal/accounts/{user_id}`."""

    def __init__(self, client: ServiceClient, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._monotonic = monotonic
        self._seen: OrderedDict[str, _Seen] = OrderedDict()

    async def is_active(self, user_id: str) -> bool:
        seen, now = self._seen.get(user_id), self._monotonic()
        if seen is not None and now - seen.at < REMEMBERED_SECONDS:
            return seen.is_active
        said = await self._ask(user_id)
        if said is not None:
            self._seen[user_id] = _Seen(now, said)
            self._seen.move_to_end(user_id)
            while len(self._seen) > LARGEST_CACHE:
                self._seen.popitem(last=False)
            return said
        if seen is not None and now - seen.at < OUTAGE_GRACE_SECONDS:
            return seen.is_active
        raise IdentityUnavailable()

    async def close(self) -> None:
        await self._client.close()

    async def _ask(self, user_id: str) -> bool | None:
        try:
            response = await self._client.get(f"/internal/accounts/{quote(user_id, safe='')}")
            if response.status_code == httpx.codes.OK:
                return msgspec.json.decode(response.content, type=_Standing).is_active
        except NoAnswer as error:
            log.info("owner_not_asked", error_type=error.reason)
            return None
        except msgspec.DecodeError as error:
            log.info("owner_not_asked", error_type=type(error).__name__)
            return None
        log.warning("owner_question_refused", status=response.status_code)
        return None

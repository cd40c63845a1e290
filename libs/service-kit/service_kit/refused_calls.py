"""Admin calls that a service has refused, on their way to the audit trail, which auth-service keeps."""

import asyncio
from collections import deque
from typing import Annotated

import structlog
from prometheus_client import CollectorRegistry, Counter
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from service_kit.service_client import NoAnswer, ServiceClient
from service_kit.tokens import TokenCodec

PATH = "/internal/refused-calls"
MOST_AT_ONCE = 100
LONGEST_QUEUE = 1_000  # people are limited to so many requests a minute long before
PAUSE_SECONDS = 2.0  # after a failure; nobody was let in without auth-service, so it answered a moment ago
LAST_TRY_SECONDS = 3.0
REPORT_SECONDS = 2.0
log = structlog.get_logger(__name__)


class RefusedCall(BaseModel):
    """Who was refused what, from where and when. `route` is the template, never the path itself."""

    model_config = ConfigDict(extra="forbid")

    user_id: Annotated[str, Field(max_length=36)]
    username: Annotated[str, Field(max_length=64)]
    method: Annotated[str, Field(max_length=16)]
    route: Annotated[str, Field(max_length=200)]
    address: Annotated[str, Field(max_length=64)]
    request_id: Annotated[str, Field(max_length=128)]
    at: AwareDatetime


class RefusedCalls(BaseModel):
    """What one service reports at once, the oldest first."""

    model_config = ConfigDict(extra="forbid")

    calls: Annotated[list[RefusedCall], Field(min_length=1, max_length=MOST_AT_ONCE)]


def reporter_to(
    auth_service_url: str, service_name: str, codec: TokenCodec, registry: CollectorRegistry
) -> "RefusedCallReporter":
    """Tells the audit trail of auth-service at this address whom this service has refused."""
    client = ServiceClient(auth_service_url, service_name, codec, answer_seconds=REPORT_SECONDS)
    return RefusedCallReporter(client, registry)


class RefusedCallReporter:
    """Never keeps a request waiting. What is reported again after a lost answer is in the trail twice, not never."""

    def __init__(self, client: ServiceClient, registry: CollectorRegistry) -> None:
        self._client = client
        self._waiting: deque[RefusedCall] = deque()
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._dropped = Counter("refused_calls_dropped", "Refused admin calls that no trail keeps", registry=registry)

    def start(self) -> None:
        """Begins to report."""
        self._task = asyncio.create_task(self._run(), name="refused-calls")

    def note(self, call: RefusedCall) -> None:
        """Takes a call to report. Without room it is counted, and stays in the request log alone."""
        if len(self._waiting) >= LONGEST_QUEUE:
            self._drop(1)
            return
        self._waiting.append(call)
        self._wake.set()

    async def stop(self) -> None:
        """Tries once more within three seconds, then ends; a second call does nothing."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])
        try:
            async with asyncio.timeout(LAST_TRY_SECONDS):
                while self._waiting and await self._report():
                    pass
        except TimeoutError:
            log.warning("refused_calls_not_reported_in_time")
        self._drop(len(self._waiting))
        await self._client.close()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                if not await self._report():
                    await asyncio.sleep(PAUSE_SECONDS)

    async def _report(self) -> bool:
        """Whether the oldest calls are in the trail; they wait here until they are."""
        calls = [self._waiting[index] for index in range(min(MOST_AT_ONCE, len(self._waiting)))]
        try:
            response = await self._client.post_json(PATH, RefusedCalls(calls=calls).model_dump_json())
        except NoAnswer as error:
            log.info("refused_calls_not_reported", error_type=error.reason)
            return False
        if not response.is_success:
            log.warning("refused_calls_not_taken", status=response.status_code)
            return False
        for _ in calls:
            self._waiting.popleft()
        return True

    def _drop(self, count: int) -> None:
        if count:
            self._dropped.inc(count)
            log.error("refused_calls_dropped", calls=count)

"""Tells analytics how a sender's events fare, and the figures that the sender alone knows and no event tells."""

import asyncio
import contextlib
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Protocol

import structlog
from pydantic import AwareDatetime, BaseModel, Field

from service_kit.clock import utc_now
from service_kit.errors import DatabaseUnavailable
from service_kit.outbox import OutboxState
from service_kit.waiting import wait_at_most

REPORT_SECONDS = 15.0
LAST_REPORT_SECONDS = 1.0
LONGEST_ERROR = 200
MOST_FIGURES = 200
Count = Annotated[int, Field(ge=0, le=2**53)]
log = structlog.get_logger(__name__)


class SenderFigure(BaseModel):
    """A figure as it is at this moment: of everything, or of the `subject` that it is about."""

    name: Annotated[str, Field(max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
    subject: Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f]*$")] = ""
    value: Annotated[float, Field(allow_inf_nan=False)]


class SenderReport(BaseModel):
    """The state of one process that sends events. `requests_dropped` counts since its start.

    `last_error` stays once it is over, so that an outage is told of afterwards; `is_in_trouble` says whether it is.
    """

    instance: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]
    waiting: Count
    oldest_waiting_at: AwareDatetime | None
    parked: Count
    requests_waiting: Count
    requests_dropped: Count
    is_in_trouble: bool
    last_error: Annotated[str, Field(max_length=LONGEST_ERROR, pattern=r"^[^\x00]*$")] | None
    last_error_at: AwareDatetime | None
    has_ended: bool
    figures: Annotated[list[SenderFigure], Field(max_length=MOST_FIGURES)] = []


ReadFigures = Callable[[], Awaitable[Sequence[SenderFigure]]]


@dataclass(slots=True)
class Trouble:
    """Whether analytics takes events at the moment, and what was wrong when it last did not."""

    is_here: bool = False
    last_error: str | None = None
    last_error_at: datetime | None = None
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self, error: str) -> None:
        """Takes note of a failure."""
        self.last_error, self.last_error_at = error[:LONGEST_ERROR], utc_now()
        self._become(is_here=True)

    def end(self) -> None:
        """Takes note of a success."""
        self._become(is_here=False)

    def _become(self, *, is_here: bool) -> None:
        if self.is_here != is_here:
            self.is_here = is_here
            self.changed.set()


class Outbox(Protocol):
    """What is asked about events that must arrive."""

    async def state(self) -> OutboxState:
        """How many wait and are parked."""
        ...


class Buffer(Protocol):
    """What is asked about events that may be lost."""

    @property
    def dropped_count(self) -> int:
        """How many were lost."""
        ...

    def __len__(self) -> int:
        """How many wait."""
        ...


class ReportCarrier(Protocol):
    """Who takes a report to analytics."""

    async def report(self, encoded_report: str) -> bool:
        """Whether it was taken."""
        ...


class DeliveryReporter:
    """One task and one report at a time, which is made when it is sent: nothing heaps up while nobody takes it."""

    def __init__(
        self,
        outbox: Outbox,
        buffer: Buffer,
        carrier: ReportCarrier,
        trouble: Trouble,
        on_state: Callable[[OutboxState], None] | None = None,
        figures: ReadFigures | None = None,
    ) -> None:
        """`on_state` is told the state of the outbox at each look; `figures` are asked for with it."""
        self._outbox = outbox
        self._buffer = buffer
        self._carrier = carrier
        self._trouble = trouble
        self._on_state = on_state
        self._figures = figures
        # A name for each process: what it dropped is not to be mixed with what the next one does.
        self._instance = f"{socket.gethostname()[:100]}-{secrets.token_hex(4)}"
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Reports from now on: every 15 seconds, and when trouble begins or ends."""
        self._task = asyncio.create_task(self._run(), name="delivery-reports")

    async def stop(self) -> None:
        """Says that the process ends, if analytics answers at the moment. A second call does nothing."""
        task, self._task = self._task, None
        if task is None:
            return
        task.cancel()
        await asyncio.wait([task])
        if not self._trouble.is_here:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.report(has_ended=True), LAST_REPORT_SECONDS)

    async def report(self, *, has_ended: bool = False) -> None:
        """Reports once; without success the next report tells what this one would have."""
        try:
            await self._carrier.report((await self._state(has_ended=has_ended)).model_dump_json())
        except DatabaseUnavailable:
            log.warning("delivery_state_unknown")
        except Exception as error:  # reports go on, and the process ends, whatever goes wrong with one
            log.error("delivery_not_reported", exc_info=error)

    async def _run(self) -> None:
        while True:
            self._trouble.changed.clear()
            await self.report()
            await wait_at_most(self._trouble.changed, REPORT_SECONDS)

    async def _state(self, *, has_ended: bool) -> SenderReport:
        outbox = await self._outbox.state()
        if self._on_state is not None:
            self._on_state(outbox)
        return SenderReport(
            instance=self._instance,
            waiting=outbox.waiting,
            oldest_waiting_at=outbox.oldest_waiting_at,
            parked=outbox.parked,
            requests_waiting=len(self._buffer),
            requests_dropped=self._buffer.dropped_count,
            is_in_trouble=self._trouble.is_here,
            last_error=self._trouble.last_error,
            last_error_at=self._trouble.last_error_at,
            has_ended=has_ended,
            figures=list(await self._figures()) if self._figures is not None else [],
        )

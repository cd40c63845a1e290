"""The one relay of a service's events: drains outbox and request buffer towards analytics, backing off on failure."""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence

import structlog

from service_kit.delivery_reports import DeliveryReporter, ReadFigures, Trouble
from service_kit.event_metrics import EventMetrics
from service_kit.event_sender import Delivery, EventSender, Outcome
from service_kit.outbox import OutboxStore, WaitingEvent
from service_kit.request_events import RequestEventBuffer
from service_kit.waiting import pause_after, wait_at_most

BATCH_SIZE = 500
POLL_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 5.0  # so counts are whole again soon after analytics returns
FLUSH_SECONDS = 3.0
TRIES = 24  # sendings of a round: enough to find one bad event among 500, and no burden where all are refused
log = structlog.get_logger(__name__)


class EventDispatcher:
    """Owns the sending task. Events are sent at least once; a refused batch is halved until the bad one is alone.

    Where nothing is taken the pauses grow, whether analytics is away or refuses everything.
    """

    def __init__(
        self,
        store: OutboxStore,
        requests: RequestEventBuffer,
        sender: EventSender,
        metrics: EventMetrics,
        figures: ReadFigures | None = None,
    ) -> None:
        """`figures`: what the service reports beside how its events fare."""
        self._store = store
        self._requests = requests
        self._sender = sender
        self._metrics = metrics
        self._wake = asyncio.Event()
        self._stopping = asyncio.Event()
        self._failures = 0
        self._trouble = Trouble()
        self._reporter = DeliveryReporter(
            store, requests, sender, self._trouble, on_state=metrics.show, figures=figures
        )
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to send, and to tell analytics how that fares, in the background."""
        self._reporter.start()
        self._task = asyncio.create_task(self._run(), name="event-dispatcher")

    def notify(self) -> None:
        """Says that something waits, so that it goes out now rather than at the next look."""
        self._wake.set()

    async def stop(self) -> None:
        """Sends what it can within three seconds, then ends; the outbox keeps the rest for the next start.

        A second call does nothing.
        """
        self._stopping.set()
        self._wake.set()
        task, self._task = self._task, None
        if task is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(task, FLUSH_SECONDS)
        await self._reporter.stop()
        await self._sender.close()

    async def _run(self) -> None:
        while True:
            is_last_round = self._stopping.is_set()  # asked before: what came during a round needs one more
            try:
                with self._requests.origins.span("deliver events"):
                    has_more = await self.deliver_once()
            except Exception as error:  # the relay outlives any failure of its own database
                log.error("event_delivery_failed", exc_info=error)
                self._failures += 1
                has_more = False
            if is_last_round and (self._failures or not has_more):
                return
            if not has_more:
                await self._pause()

    async def deliver_once(self) -> bool:
        """Sends one batch from each source; True when there may be more at once."""
        events = await self._store.waiting(BATCH_SIZE)
        if events and not await self._deliver(events):
            return False
        if len(events) < BATCH_SIZE:
            self._metrics.show_drained()
        requests = self._requests.take(BATCH_SIZE)
        if requests and not await self._deliver_requests(requests):
            return False
        self._failures = 0
        return len(events) == BATCH_SIZE or len(requests) == BATCH_SIZE

    async def _deliver(self, events: list[WaitingEvent]) -> bool:
        """Sends a batch, or as much of a refused one as the tries reach; the rest waits. False when none was taken."""
        parts, taken, refused, is_away = [events], list[str](), dict[str, str](), False
        for _ in range(TRIES):
            if not parts or is_away:
                break
            part = parts.pop()
            delivery, reason = await self._send([event.payload for event in part])
            is_away = delivery is Delivery.UNAVAILABLE
            if delivery is Delivery.DELIVERED:
                taken += [event.event_id for event in part]
            elif delivery is Delivery.REFUSED and len(part) == 1:
                refused[part[0].event_id] = reason
            elif delivery is Delivery.REFUSED:
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]
        await self._settle(taken, refused)
        if not taken and not is_away:
            self._failures += 1
        return bool(taken) and not is_away

    async def _settle(self, taken: Sequence[str], refused: Mapping[str, str]) -> None:
        if taken:
            self._metrics.sent.inc(len(taken))
            await self._store.remove(taken)
        if refused:
            for event_id, reason in refused.items():
                log.error("event_parked", event_id=event_id, reason=reason)
            await self._store.park(refused)
            self._metrics.parked.inc(len(refused))

    async def _deliver_requests(self, requests: list[str]) -> bool:
        delivery, _ = await self._send(requests)
        if delivery is Delivery.UNAVAILABLE:
            self._requests.put_back(requests)
            return False
        if delivery is Delivery.REFUSED:
            self._requests.discard(requests)
        else:
            self._metrics.sent.inc(len(requests))
        return True

    async def _send(self, encoded_events: list[str]) -> Outcome:
        outcome = await self._sender.send(encoded_events)
        if outcome.delivery is Delivery.UNAVAILABLE:
            self._failures += 1
            self._metrics.failures.inc()
            self._trouble.begin(outcome.reason)
        else:
            self._trouble.end()
        return outcome

    async def _pause(self) -> None:
        """Waits for news, or after failures for a growing time with jitter, so that senders do not come in step."""
        if not self._failures:
            await wait_at_most(self._wake, POLL_SECONDS)
            self._wake.clear()
            return
        pause_seconds = pause_after(
            self._failures, first_seconds=2 * POLL_SECONDS, longest_seconds=LONGEST_PAUSE_SECONDS
        )
        await wait_at_most(self._stopping, pause_seconds)

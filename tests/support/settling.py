"""Waits until everything that happened in an installation has been counted."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from launcher.services import ANALYTICS
from support.client import Json, People
from support.stack import Stack, metric
from support.waiting import WAIT_SECONDS, eventually

QUIET_ROUTES = ("/health", "/ready", "/metrics", "/auth/introspect", "/auth/introspections")


async def let_midnight_pass(seconds: float = 45) -> None:
    """«Today» must not end in the middle of a test that takes so long."""

    async def is_far() -> bool:
        now = datetime.now(UTC)
        return (now + timedelta(seconds=seconds)).date() == now.date()

    await eventually(is_far, seconds=seconds + 15)


@dataclass
class Answered:
    """What auth and chat say they have answered since they started, but for the quiet routes."""

    requests: int
    errors: int
    seconds: float


async def answered(people: People) -> Answered:
    """What they say at this moment."""
    total = Answered(0, 0, 0.0)
    for address in (people.stack.auth.address, people.stack.chat.address):
        text = (await people.http.get(f"{address}/metrics")).text
        kept = "\n".join(line for line in text.splitlines() if not any(f'"{route}"' in line for route in QUIET_ROUTES))
        total.requests += int(metric(kept, "http_requests_total"))
        total.errors += sum(int(metric(kept, "http_requests_total", status=str(status))) for status in range(500, 600))
        total.seconds += metric(kept, "http_request_duration_seconds_sum")
    return total


async def nothing_waits(stack: Stack) -> bool:
    """Whether the outboxes of auth and chat are empty."""
    return stack.waiting_events() == 0


async def settled(people: People, *, seconds: float = WAIT_SECONDS) -> Json:
    """The summary once everything that happened has been counted: outboxes empty, every request known."""

    async def is_counted() -> bool:
        rows = people.stack.query(ANALYTICS, "SELECT sum(requests) FROM figures WHERE cut = 0 AND grain = 1")
        return await nothing_waits(people.stack) and rows == [((await answered(people)).requests,)]

    admin = await people.admin()
    await eventually(is_counted, seconds=seconds)
    return await admin.summary()

"""What `/analytics/delivery` answers."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field


class SenderState(BaseModel):
    """One process of a service, as it last reported. Processes that share a database see the same outbox."""

    service: str
    instance: str
    state: Literal["running", "silent", "ended"] = Field(description="Silent: nothing was heard for a minute.")
    heard_at: datetime
    waiting: int = Field(description="Events in the outbox; each of them comes as soon as it can.")
    oldest_waiting_seconds: float | None = Field(description="How long the oldest of them has been waiting.")
    parked: int = Field(description="Events in the outbox that were refused for good.")
    requests_waiting: int = Field(description="Events about API requests in memory.")
    requests_dropped: int = Field(description="Those that were lost since the process began, for want of room.")
    is_in_trouble: bool = Field(description="The last batch could not be delivered.")
    last_error: str | None = Field(description="Why a batch could not be delivered, the last time that happened.")
    last_error_at: datetime | None


class Delay(BaseModel):
    """From when events occurred until they were stored here, in seconds, each within 1 %; null without any."""

    since: datetime = Field(description="Of the events that were stored from then on.")
    events: int
    median_seconds: float | None
    p95_seconds: float | None


class DeliveryState(BaseModel):
    """How events get here."""

    senders: list[SenderState] = Field(description="Those heard of within a day, the last one first; at most 200.")
    parked: int = Field(description="Events that came and cannot be read by this version.")
    delay: Delay

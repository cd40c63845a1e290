"""What parked events look like on the wire."""

from datetime import datetime

from pydantic import BaseModel, Field


class ParkedEventOut(BaseModel):
    """An event that could not be read."""

    id: str = Field(description="The SHA-256 of its text.")
    source: str = Field(description="The service that sent it.")
    field: str = Field(description="What is wrong; empty where the event as a whole is.")
    reason: str
    event: str = Field(description="Its text as it came, up to 16 KiB.")
    is_complete: bool = Field(description="False where the text was cut off; such an event cannot be tried again.")
    parked_at: datetime


class Retried(BaseModel):
    """`accepted`: events that are read now and counted. `duplicates`: counted before. `parked`: still not readable."""

    accepted: int
    duplicates: int
    parked: int

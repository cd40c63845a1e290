"""What `/analytics` answers."""

from datetime import datetime

from pydantic import BaseModel, Field

from analytics.insights.schemas import OwnFigures, OwnRange


class Summary(BaseModel):
    """The seven figures. «Today» is the current UTC day; an event belongs to the day of its `occurred_at`."""

    total_users: int = Field(description="People who ever registered, whatever became of their account.")
    active_users_today: int = Field(
        description="People with an event today: sign-in, message, conversation begun or deleted, API request."
    )
    total_conversations: int = Field(description="Conversations ever begun, those deleted since included.")
    total_messages: int = Field(description="Messages of people and of the model ever written.")
    total_tokens_used: int = Field(description="Tokens of all prompts and answers, as the model reported them.")
    avg_response_time: float = Field(description="Mean time of today's API requests in seconds; 0 without any.")
    error_rate: float = Field(description="Share of today's API requests that ended in a 5xx, 0 to 1; 0 without any.")


class OwnUse(OwnFigures):
    """What one person has used so far, as far as its events have arrived, and in a range of days."""

    first_event_at: datetime | None
    last_event_at: datetime | None
    range: OwnRange

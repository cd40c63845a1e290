"""What conversations look like on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from chat_server.texts import NoNul

DEFAULT_TITLE = "New conversation"
LONGEST_SYSTEM_PROMPT = 32_000

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), NoNul]
ModelName = Annotated[str, StringConstraints(min_length=1, max_length=200), NoNul]
SystemPrompt = Annotated[str, StringConstraints(max_length=LONGEST_SYSTEM_PROMPT), NoNul]


class ConversationCreate(BaseModel):
    """A new conversation. `model` must be one that `GET /models` lists."""

    model_config = ConfigDict(extra="forbid")

    title: Title = DEFAULT_TITLE
    model: ModelName | None = None
    system_prompt: SystemPrompt | None = None


class ConversationUpdate(BaseModel):
    """What is to change; a field that is left out stays. `null` returns model and system prompt to the default."""

    model_config = ConfigDict(extra="forbid")

    title: Title = Field(default=DEFAULT_TITLE)
    model: ModelName | None = None
    system_prompt: SystemPrompt | None = None
    archived: bool = False


class ConversationOut(BaseModel):
    """A conversation. `model` and `system_prompt` are null where the defaults hold."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    model: str | None
    system_prompt: str | None
    # From a row it is `is_archived`; from the answer that is kept for an Idempotency-Key it is `archived`.
    archived: Annotated[bool, Field(validation_alias=AliasChoices("is_archived", "archived"))]
    created_at: datetime
    updated_at: datetime
    last_message_at: datetime | None
    message_count: int


class ConversationDeleted(BaseModel):
    """The answer to a deletion."""

    message: str

"""What conversations look like on the wire."""

import unicodedata
from datetime import datetime
from typing import Annotated

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, StringConstraints

from chat_server.texts import NoNul

DEFAULT_TITLE = "New conversation"
LONGEST_SYSTEM_PROMPT = 32_000
MOST_TAGS = 20

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), NoNul]
ModelName = Annotated[str, StringConstraints(min_length=1, max_length=200), NoNul]
SystemPrompt = Annotated[str, StringConstraints(max_length=LONGEST_SYSTEM_PROMPT), NoNul]
FolderName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), NoNul]
PersonaId = Annotated[str, StringConstraints(min_length=1, max_length=64), NoNul]
Temperature = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]
TagName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=50), NoNul]


def is_none(value: object) -> bool:
    """Whether there is no value."""
    return value is None


def folded_tag(name: str) -> str:
    """What two tags have in common that are the same but for capitals."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class ConversationCreate(BaseModel):
    """A new conversation. `model` must be one that `GET /models` lists.

    With `persona_id` it takes over what the persona has at that moment, but for what is named here as well.
    """

    model_config = ConfigDict(extra="forbid")

    title: Title = DEFAULT_TITLE
    model: ModelName | None = None
    system_prompt: SystemPrompt | None = None
    # Left out where not set, so that a request that is sent once more is known as the one from before these were.
    temperature: Annotated[Temperature | None, Field(exclude_if=is_none)] = None
    persona_id: Annotated[PersonaId | None, Field(exclude_if=is_none)] = None


class ConversationUpdate(BaseModel):
    """What is to change; a field that is left out stays.

    `null` returns model, system prompt and temperature to the default, and takes the conversation out of its folder.
    `persona_id` takes over what that persona has at this moment, and `null` returns all of that to the default, but for
    what is named here as well. `tags` is the whole list; of tags that differ in capitals alone the first counts.
    """

    model_config = ConfigDict(extra="forbid")

    title: Title = Field(default=DEFAULT_TITLE)
    model: ModelName | None = None
    system_prompt: SystemPrompt | None = None
    temperature: Temperature | None = None
    persona_id: PersonaId | None = None
    archived: bool = False
    pinned: bool = False
    folder: FolderName | None = None
    tags: Annotated[list[TagName], Field(max_length=MOST_TAGS)] = []


class ConversationOut(BaseModel):
    """A conversation. `model`, `system_prompt` and `temperature` are null where the defaults hold.

    `tags` are in order of name. `persona_name` is what the persona that it began with was called then.
    `cost_usd` is what the answers of all branches cost whose models have a price.
    """

    id: str
    title: str
    model: str | None
    system_prompt: str | None
    temperature: float | None
    persona_id: str | None
    persona_name: str | None
    # From a row it is `is_…`; from the answer that is kept for an Idempotency-Key it is `archived` and `pinned`.
    archived: Annotated[bool, Field(validation_alias=AliasChoices("is_archived", "archived"))]
    pinned: Annotated[bool, Field(validation_alias=AliasChoices("is_pinned", "pinned"))]
    folder: str | None
    tags: list[str]
    created_at: datetime
    updated_at: datetime
    last_message_at: datetime | None
    cost_usd: float
    message_count: int


class ConversationDeleted(BaseModel):
    """The answer to a deletion."""

    message: str


class LabelCount(BaseModel):
    """A folder or tag, and how many conversations have it."""

    name: str
    count: int


class Labels(BaseModel):
    """All folders and tags of a person, each in order of name."""

    folders: list[LabelCount]
    tags: list[LabelCount]

"""What personas look like on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chat_server.texts import NoNul

LONGEST_SYSTEM_PROMPT = 32_000

PersonaName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), NoNul]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), NoNul]
SystemPrompt = Annotated[str, StringConstraints(max_length=LONGEST_SYSTEM_PROMPT), NoNul]
ModelName = Annotated[str, StringConstraints(min_length=1, max_length=200), NoNul]
Temperature = Annotated[float, Field(ge=0, le=2, allow_inf_nan=False)]


class PersonaCreate(BaseModel):
    """A new persona. What is null is as everywhere else. Only an admin may share one with all."""

    model_config = ConfigDict(extra="forbid")

    name: PersonaName
    description: Description = ""
    system_prompt: SystemPrompt | None = None
    model: ModelName | None = None
    temperature: Temperature | None = None
    is_shared: bool = False


class PersonaUpdate(BaseModel):
    """What is to change; a field that is left out stays. `null` returns to what is set for all."""

    model_config = ConfigDict(extra="forbid")

    name: PersonaName = ""
    description: Description = ""
    system_prompt: SystemPrompt | None = None
    model: ModelName | None = None
    temperature: Temperature | None = None
    is_shared: bool = False


class PersonaOut(BaseModel):
    """A persona. `is_own`: the caller made it; others are shared and, but for admins, only read."""

    id: str
    name: str
    description: str
    system_prompt: str | None
    model: str | None
    temperature: float | None
    is_shared: bool
    is_own: bool
    created_at: datetime
    updated_at: datetime


class PersonaDeleted(BaseModel):
    """The answer to a deletion."""

    message: str

"""What shared conversations look like on the wire."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from chat_server.messages.schemas import Role
from chat_server.texts import NoNul

AuthorName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), NoNul]


class ShareRequest(BaseModel):
    """What is shown of the person who shares: the name they choose for it, or nothing."""

    model_config = ConfigDict(extra="forbid")

    author_name: AuthorName | None = None


class ShareOut(BaseModel):
    """A link of the caller's, on the page `/shared/<token>`; `title` and `message_count` are the snapshot's."""

    model_config = ConfigDict(from_attributes=True)

    token: str
    conversation_id: str
    title: str
    author_name: str | None
    message_count: int
    created_at: datetime
    updated_at: datetime


class ShareWithdrawn(BaseModel):
    """The answer to a withdrawal."""

    message: str


class SharedMessage(BaseModel):
    """One message of a shared conversation."""

    role: Role
    content: str
    model: str | None
    timestamp: datetime


class SharedConversation(BaseModel):
    """What everyone sees who has the link: nothing of the person but the name that they chose."""

    title: str
    author_name: str | None
    shared_at: datetime
    messages: list[SharedMessage]

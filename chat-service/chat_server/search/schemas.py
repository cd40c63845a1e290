"""What found messages look like on the wire."""

from datetime import datetime

from pydantic import BaseModel

from chat_server.messages.schemas import Role


class SnippetPart(BaseModel):
    """A piece of a text, and whether it is what was looked for."""

    text: str
    is_match: bool


class FoundMessage(BaseModel):
    """A message, in whichever branch. The parts of `snippet`, joined, are the text around its first match."""

    conversation_id: str
    conversation_title: str
    message_id: str
    role: Role
    timestamp: datetime
    snippet: list[SnippetPart]

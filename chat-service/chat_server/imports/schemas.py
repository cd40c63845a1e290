"""What an import looks like on the wire."""

from typing import Literal

from pydantic import BaseModel

SkipCode = Literal["already_imported", "damaged", "without_id", "empty", "too_long", "too_many"]


class SkippedConversation(BaseModel):
    """One that was not taken, and why. `title` is null where it could not be read."""

    title: str | None
    code: SkipCode
    reason: str


class LeftOut(BaseModel):
    """How much in the conversations that were taken is not text of the two who talk, or was more than is kept."""

    attachments: int
    tool: int
    thoughts: int
    errors: int
    shortened: int


class ImportReport(BaseModel):
    """What came of an import. `skipped` names the first 200 of the `conversations_skipped`."""

    format: Literal["convoai", "chatgpt"]
    conversations_found: int
    conversations_imported: int
    messages_imported: int
    conversations_skipped: int
    skipped: list[SkippedConversation]
    left_out: LeftOut


class ImportFailure(BaseModel):
    """Why an import broke off; what was stored before stays."""

    code: str
    detail: str


class ImportProgress(BaseModel):
    """How far an import is."""

    done: int
    total: int

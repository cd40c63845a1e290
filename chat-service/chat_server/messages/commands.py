"""What a person asks of a conversation, on its way in. `model` None means the conversation's, or else the default.

`roles` are those of the person at this moment: budgets go by them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SendCommand:
    """A message at the end of the branch that is shown."""

    user_id: str
    conversation_id: str
    content: str
    client_id: str | None
    model: str | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EditCommand:
    """Another text in the place of a person's own message: a new branch beside it."""

    user_id: str
    conversation_id: str
    message_id: str
    content: str
    client_id: str | None
    model: str | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegenerateCommand:
    """Another answer in the place of this one, or to this message of a person: a new branch beside it."""

    user_id: str
    conversation_id: str
    message_id: str
    client_id: str | None
    model: str | None
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContinueCommand:
    """An answer that begins with the text of this one, which was cut off, and goes on: a new branch beside it."""

    user_id: str
    conversation_id: str
    message_id: str
    client_id: str | None
    model: str | None
    roles: tuple[str, ...]


QuestionCommand = SendCommand | EditCommand
AnswerCommand = RegenerateCommand | ContinueCommand
Command = QuestionCommand | AnswerCommand

"""What messages look like on the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from chat_server.feedback.schemas import FeedbackOut
from chat_server.texts import NoNul

LONGEST_CONTENT = 32_000
ClientId = Annotated[str, Field(min_length=1, max_length=255), NoNul]
Role = Literal["user", "assistant"]
Status = Literal["complete", "streaming", "stopped", "interrupted", "failed"]


def refuse_blank(content: str) -> str:
    """The content as it is. Raises ValueError when there is nothing to read in it."""
    if not content.strip():
        raise ValueError("The message is empty. Write something first.")
    return content


Content = Annotated[str, Field(min_length=1, max_length=LONGEST_CONTENT), AfterValidator(refuse_blank), NoNul]
ModelName = Annotated[str, Field(min_length=1, max_length=200), NoNul]


class MessageSend(BaseModel):
    """A message to the model. `client_id` makes sending it again harmless."""

    model_config = ConfigDict(extra="ignore")

    content: Content
    role: Literal["user"] = "user"
    conversation_id: str | None = None
    client_id: ClientId | None = None
    model: ModelName | None = None


class MessageEdit(BaseModel):
    """Another text in the place of one's own message. `client_id` makes sending it again harmless."""

    model_config = ConfigDict(extra="ignore")

    content: Content
    client_id: ClientId | None = None
    model: ModelName | None = None


class AnswerAgain(BaseModel):
    """Another answer, or the rest of one. `client_id` makes sending it again harmless."""

    model_config = ConfigDict(extra="ignore")

    client_id: ClientId | None = None
    model: ModelName | None = None


class BranchChoice(BaseModel):
    """A message of the branch to show."""

    model_config = ConfigDict(extra="forbid")

    message_id: Annotated[str, Field(min_length=1, max_length=64), NoNul]


class ShownBranch(BaseModel):
    """The last message of the branch that is shown from now on."""

    leaf_id: str


class UsageOut(BaseModel):
    """Tokens of one answer as the provider counted them."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CostOut(BaseModel):
    """What an answer cost, in US dollars. `is_estimated`: the provider has not told how many tokens it took."""

    usd: float
    is_estimated: bool


class MessageError(BaseModel):
    """Why an answer failed; `message` is a sentence for a person."""

    code: str
    message: str
    retryable: bool


class ReasoningOut(BaseModel):
    """What the model thought before it answered, so far: `end` characters of it. It is never sent back to a model.

    `seconds` from its beginning to the answer's; null while it goes on.
    """

    content: str
    end: int
    seconds: float | None


class ContextOut(BaseModel):
    """What the model saw for an answer: the last `messages` of the branch, `first_message_id` being the oldest of them.

    `prompt_tokens` is this service's own count of all that was sent, most often an estimate; `usage` has the
    provider's. `window_tokens` is how much the model reads, prompt and answer together; null where nobody has said.
    """

    messages: int
    first_message_id: str | None
    prompt_tokens: int
    window_tokens: int | None


class MessageOut(BaseModel):
    """A message. `seq` is the number of deltas that `content` holds; 0 for a user's message.

    `parent_id` is the message that it follows. `sibling_ids` are all that follow the same one, itself among them, in
    the order of writing: more than one where a message was edited, or an answer asked for again. `cost` is null where
    the model has no price.
    """

    id: str
    conversation_id: str
    role: Role
    content: str
    status: Status
    model: str | None
    usage: UsageOut | None
    finish_reason: str | None
    timestamp: datetime
    client_id: str | None
    in_reply_to: str | None
    parent_id: str | None
    sibling_ids: list[str]
    seq: int
    cost: CostOut | None
    error: MessageError | None
    feedback: FeedbackOut | None
    context: ContextOut | None
    reasoning: ReasoningOut | None


class MessageWithReply(MessageOut):
    """The user's message and the assistant's."""

    reply: MessageOut

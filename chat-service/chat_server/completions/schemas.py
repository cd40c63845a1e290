"""What a program asks for and gets: the field names of the OpenAI API."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MOST_MESSAGES = 2_000
Penalty = Annotated[float | None, Field(ge=-2, le=2)]
Length = Annotated[int | None, Field(ge=1, le=200_000)]
PASSED_ON = ("top_p", "stop", "seed", "presence_penalty", "frequency_penalty", "response_format")
NOT_SUPPORTED = ("tools", "functions", "audio", "logprobs", "web_search_options")


class TextPart(BaseModel):
    """A piece of a message. Images and files are refused: the chat has text alone."""

    type: Literal["text"]
    text: str


class CompletionMessage(BaseModel):
    """One message of the conversation so far; `developer` is another word for `system`."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["system", "developer", "user", "assistant"]
    content: str | Annotated[list[TextPart], Field(min_length=1, max_length=1_000)]

    @property
    def text(self) -> str:
        """All of its text."""
        return self.content if isinstance(self.content, str) else "".join(part.text for part in self.content)


class StreamOptions(BaseModel):
    """`include_usage`: a last chunk tells the tokens."""

    model_config = ConfigDict(extra="ignore")

    include_usage: bool = False


class CompletionCreate(BaseModel):
    """A request for a completion. What would change the answer's form and cannot be done here is refused.

    `truncation`, named as in OpenAI's Responses API: with `auto` the oldest of more messages than the model can read
    are left out, those with instructions in front stay, and the answer takes at most half of what it reads.
    """

    model_config = ConfigDict(extra="allow")

    model: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    messages: Annotated[list[CompletionMessage], Field(min_length=1, max_length=MOST_MESSAGES)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    max_tokens: Length = None
    max_completion_tokens: Length = None
    n: Annotated[int | None, Field(ge=1, le=1)] = None
    top_p: Annotated[float | None, Field(ge=0, le=1)] = None
    stop: str | Annotated[list[str], Field(max_length=16)] | None = None
    seed: int | None = None
    presence_penalty: Penalty = None
    frequency_penalty: Penalty = None
    response_format: dict[str, Any] | None = None
    truncation: Literal["auto", "disabled"] | None = None

    @model_validator(mode="after")
    def _refuse_what_cannot_be_done(self) -> Self:
        for name in NOT_SUPPORTED:
            if (self.model_extra or {}).get(name):
                raise ValueError(f"{name} is not supported here. Leave it out.")
        return self

    @property
    def passed_on(self) -> dict[str, object]:
        """The parameters that the model's server is given as they are."""
        return {name: value for name in PASSED_ON if (value := getattr(self, name)) is not None}

    @property
    def tells_usage(self) -> bool:
        """Whether a stream ends with the tokens."""
        return self.stream_options is not None and self.stream_options.include_usage


class CompletionModel(BaseModel):
    """A model on offer."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class CompletionModels(BaseModel):
    """All models on offer."""

    object: Literal["list"]
    data: list[CompletionModel]


class CompletionUsage(BaseModel):
    """Tokens as the provider counted them, or an estimate where it does not tell."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class CompletionAnswer(BaseModel):
    """What the model said."""

    role: Literal["assistant"]
    content: str
    refusal: None


class CompletionChoice(BaseModel):
    """The one answer."""

    index: int
    message: CompletionAnswer
    logprobs: None
    finish_reason: str


class CompletionContext(BaseModel):
    """What the model read of the messages: `messages` of them, beside the instructions with which they begin.

    `left_out`: how many of the oldest it did not read. `prompt_tokens` is an estimate unless it came close to the
    window; `window_tokens` is how much the model reads, answer included, null where nobody has said.
    """

    messages: int
    left_out: int
    prompt_tokens: int
    window_tokens: int | None


class CompletionOut(BaseModel):
    """A whole completion; `model` is the one that answered. `context` is not OpenAI's: its clients pass it over."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[CompletionChoice]
    usage: CompletionUsage
    system_fingerprint: None
    context: CompletionContext

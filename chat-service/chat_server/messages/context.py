"""What the model sees for an answer: chosen by number and by what fits its window; pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from chat_server.errors import MessageTooLong
from chat_server.llm.client import ModelMessage
from chat_server.llm.tokens import TOKENS_PER_MESSAGE, TokenCounter, estimated_prompt_tokens, most_tokens


@dataclass(frozen=True, slots=True)
class ModelWindow:
    """What a model can read: `tokens` of prompt and answer together, None where nobody has said how many.

    `answer_tokens` of them are kept free for the answer.
    """

    tokens: int | None
    answer_tokens: int
    counter: TokenCounter

    @classmethod
    def of(cls, tokens: int | None, most_answer_tokens: int, counter: TokenCounter) -> "ModelWindow":
        """A window in which the answer takes at most half, however small it is."""
        answer_tokens = most_answer_tokens if tokens is None else min(most_answer_tokens, tokens // 2)
        return cls(tokens, answer_tokens, counter)


@dataclass(frozen=True, slots=True)
class ContextSeen:
    """What the model saw for one answer: the last `messages` of the branch, `first_message_id` being the oldest.

    `prompt_tokens` is our own count of all that was sent, estimated unless it came close to the window.
    """

    messages: int
    first_message_id: str | None
    prompt_tokens: int
    window_tokens: int | None

    def to_json(self) -> str:
        """The text kept in the row."""
        return json.dumps(asdict(self))

    @classmethod
    def of_json(cls, text: str) -> "ContextSeen":
        """What `to_json` wrote."""
        return cls(**json.loads(text))

    def shortened_to(self, messages: Sequence[ModelMessage]) -> "ContextSeen":
        """The same for a model that could read these alone."""
        ids = [message.message_id for message in messages if message.message_id is not None]
        return replace(
            self,
            messages=len(ids),
            first_message_id=ids[0] if ids else None,
            prompt_tokens=estimated_prompt_tokens(messages),
        )


@dataclass(frozen=True, slots=True)
class ChosenContext:
    """The messages to send, what is kept of them with the answer, and the longest answer to ask for."""

    messages: list[ModelMessage]
    seen: ContextSeen
    answer_tokens: int


def choose_context(
    system_prompt: str, spoken: Sequence[ModelMessage], window: ModelWindow, closing: Sequence[ModelMessage] = ()
) -> ChosenContext:
    """Of `spoken` (the last messages of the branch, oldest first, ending with the question) as many as fit.

    Returns: the system prompt, the newest of `spoken` that fit, then `closing`. Where older ones do not fit, what is
    left begins with a person's message, as chat templates expect.
    Raises: MessageTooLong (413) when system prompt, question and `closing` alone do not fit.
    """
    first = ModelMessage("system", system_prompt)
    kept, tokens = newest_fitting([first], spoken, window, closing)
    messages = [first, *kept, *closing]
    seen = ContextSeen(len(kept), kept[0].message_id if kept else None, tokens, window.tokens)
    return ChosenContext(messages, seen, window.answer_tokens)


def newest_fitting(
    head: Sequence[ModelMessage],
    spoken: Sequence[ModelMessage],
    window: ModelWindow,
    closing: Sequence[ModelMessage] = (),
) -> tuple[list[ModelMessage], int]:
    """The newest of `spoken` that fit between `head` and `closing`, and the tokens of all three.

    Raises: MessageTooLong (413) when the last of `spoken` does not fit.
    """
    kept = list(spoken)
    room = None if window.tokens is None else window.tokens - window.answer_tokens
    # Counting costs milliseconds, and most windows are far larger: no text has more tokens than bytes.
    if room is None or sum(most_tokens(one.content) + TOKENS_PER_MESSAGE for one in (*head, *kept, *closing)) <= room:
        return kept, estimated_prompt_tokens((*head, *kept, *closing))
    return _fitting((*head, *closing), kept, room, window.counter)


def _fitting(
    fixed: Sequence[ModelMessage], spoken: list[ModelMessage], room: int, counter: TokenCounter
) -> tuple[list[ModelMessage], int]:
    def size(message: ModelMessage) -> int:
        return counter.count(message.content, message.message_id) + TOKENS_PER_MESSAGE

    question = size(spoken[-1])
    around = sum(map(size, fixed))
    if around + question > room:
        raise MessageTooLong(question - TOKENS_PER_MESSAGE, room - around - TOKENS_PER_MESSAGE)
    total = around + question
    begin = len(spoken) - 1
    while begin > 0 and total + (more := size(spoken[begin - 1])) <= room:
        total += more
        begin -= 1
    while begin > 0 and begin < len(spoken) - 1 and spoken[begin].role != "user":
        total -= size(spoken[begin])
        begin += 1
    return spoken[begin:], total

"""What the model reads of the messages that a call brings along; pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from chat_server.llm.client import ModelMessage
from chat_server.llm.tokens import estimated_prompt_tokens
from chat_server.messages.context import ModelWindow, newest_fitting


@dataclass(frozen=True, slots=True)
class CallContext:
    """What the model read: `messages` of those that were sent, beside the instructions with which they begin.

    `left_out`: how many of the oldest it did not. `prompt_tokens` is our own count of all that was read.
    """

    messages: int
    left_out: int
    prompt_tokens: int
    window_tokens: int | None

    @classmethod
    def of_all(cls, sent: Sequence[ModelMessage], window_tokens: int | None) -> "CallContext":
        """That of a model that reads everything."""
        return cls(len(sent) - len(instructions(sent)), 0, estimated_prompt_tokens(sent), window_tokens)

    def shortened(self, sent: Sequence[ModelMessage], read: Sequence[ModelMessage]) -> "CallContext":
        """The same for a model that could read this of `sent` alone."""
        left_out = self.left_out + len(sent) - len(read)
        return replace(self.of_all(read, self.window_tokens), left_out=left_out)


def instructions(messages: Sequence[ModelMessage]) -> list[ModelMessage]:
    """The system messages with which they begin."""
    return list(takewhile(lambda message: message.role == "system", messages))


def what_fits(sent: Sequence[ModelMessage], window: ModelWindow) -> tuple[list[ModelMessage], CallContext]:
    """The instructions, and the newest of the rest that fit beside them and the answer.

    Raises: MessageTooLong (413) when the instructions and the last message alone do not fit.
    """
    head = instructions(sent)
    # Instructions alone are a question, too.
    head, spoken = (head, sent[len(head) :]) if len(head) < len(sent) else (head[:-1], sent[-1:])
    kept, tokens = newest_fitting(head, spoken, window)
    read = [*head, *kept]
    context = CallContext(len(read) - len(instructions(read)), len(sent) - len(read), tokens, window.tokens)
    return read, context

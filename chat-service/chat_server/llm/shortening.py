"""Making a request fit a small context by leaving out the oldest messages; pure, knows no model."""

from dataclasses import replace

from chat_server.llm.client import CompletionRequest
from chat_server.llm.tokens import estimated_prompt_tokens


def without_oldest(request: CompletionRequest) -> CompletionRequest | None:
    """Leave out the oldest exchange; None when only the system prompt and the newest message are left.

    The history begins with a user message afterwards, as chat templates expect.
    """
    messages = list(request.messages)
    first = 1 if messages and messages[0].role == "system" else 0
    history = messages[first:-1]
    if not history:
        return None
    del history[0]
    while history and history[0].role != "user":
        del history[0]
    return replace(request, messages=[*messages[:first], *history, messages[-1]])


def estimate_tokens(request: CompletionRequest) -> int:
    """Estimate the length of the prompt in tokens; exact only by chance."""
    return estimated_prompt_tokens(request.messages)


def shortened(request: CompletionRequest, *, context_tokens: int) -> CompletionRequest:
    """Leave out as many of the oldest messages as an answer of `max_tokens` beside the prompt needs."""
    while estimate_tokens(request) + request.max_tokens > context_tokens:
        shorter = without_oldest(request)
        if shorter is None:
            break
        request = shorter
    return request

"""What a provider's bytes mean: completion chunks, their end, and failures reported midway."""

import msgspec

from chat_server.llm.client import CompletionChunk, Usage
from chat_server.llm.errors import ProviderBadResponse, ProviderError
from chat_server.llm.provider_faults import fault_from_error_object
from chat_server.llm.sse import EventParser, EventTooLarge, ServerSentEvent
from chat_server.llm.thinking import ThinkSplitter


class _Text(msgspec.Struct):
    content: str | None = None
    reasoning_content: object = None  # DeepSeek, vLLM, llama.cpp
    reasoning: object = None  # OpenRouter, Groq, newer vLLM

    def thoughts(self) -> str:
        told = self.reasoning_content or self.reasoning
        return told if isinstance(told, str) else ""


class _Choice(msgspec.Struct):
    delta: _Text | None = None
    message: _Text | None = None
    finish_reason: str | None = None


class _Usage(msgspec.Struct):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None

    def counted(self) -> Usage:
        prompt, completion = self.prompt_tokens or 0, self.completion_tokens or 0
        return Usage(prompt, completion, self.total_tokens or prompt + completion)


class _Body(msgspec.Struct):
    choices: list[_Choice] | None = None
    usage: _Usage | None = None
    error: object = None


_body_decoder = msgspec.json.Decoder(_Body)


class CompletionReader:
    """Reads one streamed answer: bytes in, at most one chunk per read out.

    A failure that follows text in the same read is kept until `check`, so that the text is delivered first.
    """

    def __init__(self) -> None:
        self._events = EventParser()
        self._failure: ProviderError | None = None
        self._has_content = False
        self._has_finish_reason = False
        self._thinking = ThinkSplitter()
        self.is_done = False  # the provider said that nothing follows

    @property
    def is_whole(self) -> bool:
        """Whether the answer's text is complete, though its end marker or usage may be missing."""
        return self.is_done or self._has_finish_reason

    def feed(self, data: bytes) -> CompletionChunk | None:
        """Return what the events completed by `data` say together; None when they say nothing."""
        try:
            chunk = self._join(self._events.feed(data))
        except EventTooLarge:
            self._failure = ProviderBadResponse()
            return None
        if self.is_done:
            self._judge_end()
        return chunk

    def finish(self) -> CompletionChunk | None:
        """Take the end of the stream; without a finish reason or end marker it counts as a cut."""
        chunk = self._join(self._events.finish(), is_end=True)
        self._judge_end()
        return chunk

    def check(self) -> None:
        """Raise the failure that was met, if any."""
        if self._failure is not None:
            raise self._failure

    def _judge_end(self) -> None:
        has_answer = self._has_content or self._has_finish_reason
        if self._failure is None and not (self.is_whole and has_answer):
            self._failure = ProviderBadResponse()

    def _join(self, events: list[ServerSentEvent], *, is_end: bool = False) -> CompletionChunk | None:
        texts: list[str] = []
        thoughts = ""
        finish_reason: str | None = None
        usage: Usage | None = None
        for event in events:
            if (body := self._read_event(event)) is None:
                break
            for choice in body.choices or ():
                if (delta := choice.delta) is not None:
                    if delta.content:
                        texts.append(delta.content)
                    if delta.reasoning_content is not None or delta.reasoning is not None:
                        thoughts += delta.thoughts()
                finish_reason = choice.finish_reason or finish_reason
            usage = body.usage.counted() if body.usage is not None else usage
        self._has_content |= bool(texts or thoughts)
        self._has_finish_reason |= finish_reason is not None
        text = "".join(texts)
        if not self._thinking.is_past:
            more, text = self._part(text, is_end=is_end or self.is_whole)
            thoughts += more
        if not text and not thoughts and finish_reason is None and usage is None:
            return None
        return CompletionChunk(text, finish_reason, usage, reasoning=thoughts)

    def _part(self, text: str, *, is_end: bool) -> tuple[str, str]:
        """(thoughts, answer) in the text; at the end with what was held back because it might begin a tag."""
        thoughts, answer = self._thinking.split(text)
        if is_end:
            held_thoughts, held_answer = self._thinking.finish()
            return thoughts + held_thoughts, answer + held_answer
        return thoughts, answer

    def _read_event(self, event: ServerSentEvent) -> _Body | None:
        """Return the event's content; None after the end marker or a failure, both of which end the reading."""
        if event.data == b"[DONE]":
            self.is_done = True
        if self.is_done or self._failure is not None:
            return None
        try:
            return _decode_event(event)
        except ProviderError as failure:
            self._failure = failure
            return None


def read_whole_completion(data: bytes) -> CompletionChunk:
    """Read a completion that came in one piece although a stream was asked for.

    Raises: ProviderBadResponse when it is none; the reported failure when the provider reports one.
    """
    body = _decode(data)
    if not body.choices or body.choices[0].message is None:
        raise ProviderBadResponse
    choice = body.choices[0]
    message, splitter = body.choices[0].message, ThinkSplitter()
    thoughts, content = splitter.split(message.content or "")
    held_thoughts, held = splitter.finish()
    usage = body.usage.counted() if body.usage is not None else None
    reasoning = message.thoughts() + thoughts + held_thoughts
    return CompletionChunk(content + held, choice.finish_reason or "stop", usage, reasoning=reasoning)


def read_error_object(data: bytes) -> object:
    """Return the error object of a refusal's body, which may be the body itself; None when there is none to read."""
    try:
        body = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return body.get("error", body) if isinstance(body, dict) else body


def _decode_event(event: ServerSentEvent) -> _Body:
    if event.name == b"error":
        raise fault_from_error_object(read_error_object(event.data))
    return _decode(event.data)


def _decode(data: bytes) -> _Body:
    try:
        body = _body_decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ProviderBadResponse from error
    if body.error is not None:
        raise fault_from_error_object(body.error)
    return body

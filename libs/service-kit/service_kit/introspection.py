"""Asks auth-service about one access token or API key, over HTTP. Remembers nothing."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import httpx
import msgspec
import structlog

from service_kit.service_client import NoAnswer, ServiceClient
from service_kit.tokens import TokenCodec

ANSWER_SECONDS = 2.0
MOST_AT_ONCE = 100  # what auth-service takes
T = TypeVar("T")
log = structlog.get_logger(__name__)


class Introspected(msgspec.Struct, frozen=True):
    """What is used of the answer (RFC 7662, section 2.2)."""

    active: bool
    sid: str = ""
    user_id: str = ""
    username: str = ""
    roles: tuple[str, ...] = ()
    client_id: str = ""  # of an API key its id
    scope: str = ""
    iat: int = 0
    exp: int | None = None


class _Tokens(msgspec.Struct, frozen=True):
    tokens: list[str]


_decoder = msgspec.json.Decoder(Introspected)
_list_decoder = msgspec.json.Decoder(list[Introspected])


@dataclass(frozen=True, slots=True)
class _Question:
    token: str
    answer: "asyncio.Future[Introspected | None]"


class IntrospectionClient:
    """One HTTP client towards `POST {auth_url}/auth/introspect`.

    Questions that are put at the same time go together, to `/auth/introspections`: a request costs two milliseconds of
    CPU, and somebody with hundreds of open sockets asks dozens of times a second.
    """

    def __init__(
        self,
        auth_url: str,
        service_name: str,
        codec: TokenCodec,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._client = ServiceClient(auth_url, service_name, codec, answer_seconds=ANSWER_SECONDS, transport=transport)
        self._waiting: list[_Question] = []
        self._requests: set[asyncio.Task[None]] = set()

    async def introspect(self, token: str) -> Introspected | None:
        """What auth-service says of the token; None when it does not answer as it should. Never raises for that."""
        loop = asyncio.get_running_loop()
        question = _Question(token, loop.create_future())
        self._waiting.append(question)
        if len(self._waiting) == 1:
            loop.call_soon(self._ask_waiting)
        return await question.answer

    async def close(self) -> None:
        """Closes the connections; who waits gets no answer."""
        _leave_unanswered(self._waiting)
        self._waiting = []
        for request in self._requests:
            request.cancel()
        await asyncio.gather(*self._requests, return_exceptions=True)
        await self._client.close()

    def _ask_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), MOST_AT_ONCE):
            questions = waiting[start : start + MOST_AT_ONCE]
            request = asyncio.create_task(self._ask(questions))
            self._requests.add(request)
            request.add_done_callback(self._requests.discard)
            request.add_done_callback(partial(_leave_unanswered, questions))

    async def _ask(self, questions: list[_Question]) -> None:
        answers = await self._answers([question.token for question in questions])
        for question, answer in zip(questions, answers, strict=True):
            if not question.answer.done():  # else nobody waits any more
                question.answer.set_result(answer)

    async def _answers(self, tokens: list[str]) -> Sequence[Introspected | None]:
        """In the order of the tokens; None where there is none."""
        if len(tokens) == 1:
            return [await self._answer(tokens[0])]
        body = msgspec.json.encode(_Tokens(tokens)).decode()
        response = await self._response(self._client.post_json("/auth/introspections", body))
        if response is not None and response.status_code == httpx.codes.NOT_FOUND:  # it has not been upgraded yet
            return await asyncio.gather(*map(self._answer, tokens))
        answers = _said(response, _list_decoder) or ()
        return answers if len(answers) == len(tokens) else [None] * len(tokens)

    async def _answer(self, token: str) -> Introspected | None:
        return _said(await self._response(self._client.post_form("/auth/introspect", {"token": token})), _decoder)

    async def _response(self, asked: Awaitable[httpx.Response]) -> httpx.Response | None:
        try:
            return await asked
        except NoAnswer as error:
            log.info("introspection_failed", error_type=error.reason)
            return None


def _leave_unanswered(questions: list[_Question], _request: object = None) -> None:
    for question in questions:
        if not question.answer.done():
            question.answer.set_result(None)


def _said(response: httpx.Response | None, decoder: "msgspec.json.Decoder[T]") -> T | None:
    """What a 200 says."""
    if response is None:
        return None
    if response.status_code != httpx.codes.OK:
        log.warning("introspection_refused", status=response.status_code)
        return None
    try:
        return decoder.decode(response.content)
    except msgspec.DecodeError as error:
        log.info("introspection_failed", error_type=type(error).__name__)
        return None

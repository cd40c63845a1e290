"""The way of a request to the provider: the first try and those by the SDK do the same, and are three at most."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest
from aiohttp import web
from chat_server.llm import errors
from chat_server.llm.openai_sending import may_pass
from chat_server.llm.openai_service import OpenAIModel
from chat_server.llm.time_limits import TimeLimits
from support.model_answers import ask
from support.scripted_openai import ScriptedOpenAI

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
STATISTICS = "x-stainless-"


def answer_of(text: str) -> bytes:
    events = [
        {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    ]
    return b"".join(b"data: " + json.dumps(event).encode() + b"\n\n" for event in events) + b"data: [DONE]\n\n"


@asynccontextmanager
async def served(handler: Handler) -> AsyncIterator[str]:
    """The address of a provider that answers with this handler."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", handler)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://{runner.addresses[0][0]}:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def model_at(base_url: str, limits: TimeLimits) -> AsyncIterator[OpenAIModel]:
    model = OpenAIModel(api_key="test-key", base_url=base_url, limits=limits)
    try:
        yield model
    finally:
        await model.close()


class TestTries:
    async def test_are_three_and_the_last_failure_is_told(self, model: OpenAIModel, provider: ScriptedOpenAI) -> None:
        answer = await ask(model, "[[status=500]]")
        assert isinstance(answer.failure, errors.ProviderFailed)
        assert len(provider.requests) == 3

    async def test_that_find_nobody_are_no_refusal(self, unused_tcp_port: int, limits: TimeLimits) -> None:
        async with model_at(f"http://127.0.0.1:{unused_tcp_port}/v1", limits) as model:
            assert isinstance((await ask(model, "Hi")).failure, errors.ProviderUnavailable)

    async def test_send_the_same(self, limits: TimeLimits) -> None:
        seen: list[tuple[dict[str, str], object]] = []

        async def refuse_once(request: web.Request) -> web.StreamResponse:
            headers = {name.lower(): value for name, value in request.headers.items()}
            told = {name: value for name, value in headers.items() if not name.startswith(STATISTICS)}
            seen.append((told, await request.json()))
            if len(seen) == 1:
                return web.json_response({"error": {"message": "Busy"}}, status=503)
            return web.Response(body=answer_of("Now"), content_type="text/event-stream")

        async with served(refuse_once) as address, model_at(f"{address}/v1", limits) as model:
            assert (await ask(model, "Hi")).content == "Now"
        (first, body), (second, other_body) = seen
        assert body == other_body
        of_the_connection = {"content-length", "connection"}  # the one writes JSON with spaces
        assert {**first, **dict.fromkeys(of_the_connection)} == {**second, **dict.fromkeys(of_the_connection)}
        assert first["authorization"] == "Bearer test-key"

    async def test_go_on_at_once_where_a_kept_connection_was_closed(self, limits: TimeLimits) -> None:
        async def answer(request: web.Request) -> web.StreamResponse:
            await request.read()
            if request.transport is not None:  # says nothing of it, as a server that is restarted
                asyncio.get_running_loop().call_later(0.05, request.transport.close)
            return web.Response(body=answer_of("Here"), content_type="text/event-stream")

        async with served(answer) as address, model_at(f"{address}/v1", limits) as model:
            assert [(await ask(model, "Hi")).content for _ in range(3)] == ["Here"] * 3

    async def test_follow_the_server_to_another_address(self, provider: ScriptedOpenAI, limits: TimeLimits) -> None:
        async def go_away(request: web.Request) -> web.StreamResponse:
            model.move_to(provider.base_url)
            return web.json_response({}, status=503)

        async with served(go_away) as address, model_at(f"{address}/v1", limits) as model:
            assert (await ask(model, "[[say]]Moved")).content == "Moved"
            assert (await ask(model, "[[say]]Again")).content == "Again"
        assert len(provider.requests) == 2


class TestRefusal:
    @pytest.mark.parametrize(
        ("status", "headers", "is_passing"),
        [
            (503, {}, True),
            (429, {"Retry-After": "8"}, True),
            (429, {"Retry-After": "9"}, False),
            (500, {"x-should-retry": "false"}, False),
            (400, {"x-should-retry": "true"}, True),
            (408, {}, True),
            (409, {}, True),
            (400, {}, False),
            (401, {}, False),
            (422, {}, False),
        ],
    )
    def test_may_pass_as_the_sdk_judges_it(self, status: int, headers: dict[str, str], is_passing: bool) -> None:
        assert may_pass(httpx2.Response(status, headers=headers)) is is_passing

    async def test_that_never_ends_is_read_no_further_than_its_limit(self, limits: TimeLimits) -> None:
        async def talk_for_ever(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(status=400)
            await response.prepare(request)
            while True:
                await response.write(b"x" * 65_536)

        async with served(talk_for_ever) as address, model_at(f"{address}/v1", limits) as model:
            assert isinstance((await ask(model, "Hi")).failure, errors.ProviderRejected)


class TestAnswer:
    async def test_may_be_compressed_although_it_should_not(self, limits: TimeLimits) -> None:
        async def compress(request: web.Request) -> web.StreamResponse:
            headers = {"Content-Type": "text/event-stream", "Content-Encoding": "gzip"}
            return web.Response(body=gzip.compress(answer_of("Unpacked")), headers=headers)

        async with served(compress) as address, model_at(f"{address}/v1", limits) as model:
            assert (await ask(model, "Hi")).content == "Unpacked"

    async def test_comes_through_the_proxy_that_the_environment_names(
        self, limits: TimeLimits, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []

        async def relay(request: web.Request) -> web.StreamResponse:
            asked.append(str(request.url))
            return web.Response(body=answer_of("By proxy"), content_type="text/event-stream")

        async with served(relay) as address, model_at("http://models.test/v1", limits) as model:
            monkeypatch.setenv("HTTP_PROXY", address)
            monkeypatch.setenv("http_proxy", address)
            assert (await ask(model, "Hi")).content == "By proxy"
        assert asked == ["http://models.test/v1/chat/completions"]

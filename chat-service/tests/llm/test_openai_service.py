"""An OpenAI-compatible server over a real connection: answers, faults, retries, and who closes what."""

import asyncio
import time

import pytest
from chat_server.llm import errors
from chat_server.llm.client import CompletionRequest
from chat_server.llm.openai_service import OpenAIModel, is_loopback
from chat_server.llm.time_limits import TimeLimits
from support.model_answers import ask, request_of, until
from support.scripted_openai import ScriptedOpenAI, running_scripted_openai


def asked(provider: ScriptedOpenAI) -> list[object]:
    return [record.body for record in provider.requests]


class TestStream:
    async def test_gives_the_answer_its_end_and_its_usage(self, model: OpenAIModel) -> None:
        answer = await ask(model, "[[say]]Good morning, 你好 👋")
        assert answer.failure is None
        assert answer.content == "Good morning, 你好 👋"
        assert answer.finish_reason == "stop"
        assert answer.usage is not None
        assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens

    async def test_gives_pieces_as_they_come(self, model: OpenAIModel) -> None:
        pieces = []
        async with model.stream(request_of("[[timestamps]][[tokens=5]][[rate=20]]")) as chunks:
            async for chunk in chunks:
                pieces += [(time.time(), float(word)) for word in chunk.content.split()]
        assert len(pieces) == 5
        # The last token leaves 0.2 s after the first: had they been kept back, the first would be that late.
        assert pieces[0][0] - pieces[0][1] < 0.15

    async def test_sends_key_model_and_parameters(self, model: OpenAIModel, provider: ScriptedOpenAI) -> None:
        await ask(model, request_of("Hi", model="scripted-small", max_tokens=7))
        (record,) = provider.requests
        assert record.authorization == "Bearer test-key"
        assert record.body["model"] == "scripted-small"
        assert record.body["max_tokens"] == 7

    async def test_sends_no_key_when_there_is_none(self, provider: ScriptedOpenAI) -> None:
        model = OpenAIModel(api_key=None, base_url=provider.base_url)
        assert (await ask(model, "Hi")).failure is None
        assert provider.requests[0].authorization is None
        await model.close()

    async def test_does_not_ask_a_proxy_for_its_own_machine(
        self, model: OpenAIModel, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{unused_tcp_port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        assert (await ask(model, "[[say]]Direct")).content == "Direct"

    async def test_takes_a_whole_completion_for_a_stream(self, model: OpenAIModel) -> None:
        answer = await ask(model, "[[json]][[say]]All at once")
        assert [chunk.content for chunk in answer.chunks] == ["All at once"]
        assert answer.finish_reason == "stop"

    async def test_uses_its_connection_again(self, model: OpenAIModel, provider: ScriptedOpenAI) -> None:
        peers = set()
        for _ in range(3):
            await ask(model, "Hi")
            peers.add(provider.requests[-1].peer)
        assert len(peers) == 1


class TestClosing:
    async def test_break_ends_the_upstream(self, model: OpenAIModel, provider: ScriptedOpenAI) -> None:
        async with model.stream(request_of("[[tokens=2000]][[rate=50]]")) as chunks:
            async for _ in chunks:
                break
        await until(lambda: provider.requests[0].state == "disconnected")

    async def test_cancelling_while_reading_ends_the_upstream(
        self, model: OpenAIModel, provider: ScriptedOpenAI
    ) -> None:
        task = asyncio.create_task(ask(model, "[[tokens=9]][[hang_after=2]]"))
        await until(lambda: provider.requests and provider.requests[0].tokens_sent == 2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: provider.requests[0].state == "disconnected")

    async def test_cancelling_before_the_headers_ends_the_upstream(
        self, model: OpenAIModel, provider: ScriptedOpenAI
    ) -> None:
        task = asyncio.create_task(ask(model, "[[hang]]"))
        await until(lambda: provider.requests)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await until(lambda: provider.requests[0].state == "disconnected")

    async def test_error_of_the_reader_ends_the_upstream(self, model: OpenAIModel, provider: ScriptedOpenAI) -> None:
        async def read_and_fail() -> None:
            async with model.stream(request_of("[[tokens=2000]][[rate=50]]")) as chunks:
                await anext(chunks)
                raise LookupError

        with pytest.raises(LookupError):
            await read_and_fail()
        await until(lambda: provider.requests[0].state == "disconnected")


class TestFault:
    @pytest.mark.parametrize(
        ("script", "kind", "content"),
        [
            ("[[status=401]]", errors.ProviderCredentialsRefused, ""),
            ("[[status=404]][[error_code=model_not_found]]", errors.ModelNotOffered, ""),
            ("[[status=400]][[error_code=context_length_exceeded]]", errors.ContextExceeded, ""),
            ("[[status=422]]", errors.ProviderRejected, ""),
            ("[[status=429]][[retry_after=60]]", errors.ProviderRateLimited, ""),
            ("[[status=429]][[retry_after=60]][[error_code=insufficient_quota]]", errors.ProviderQuotaExhausted, ""),
            ("[[status=503]][[retry_after=60]]", errors.ProviderUnavailable, ""),
            ("[[status=500]][[retry_after=60]]", errors.ProviderFailed, ""),
            ("[[html]]", errors.ProviderBadResponse, ""),
            ("[[garbage]][[tokens=3]]", errors.ProviderBadResponse, "word1 "),
            ("[[tokens=9]][[cut=2]]", errors.ProviderBadResponse, "word1 word2 "),
            ("[[tokens=9]][[end=2]]", errors.ProviderBadResponse, "word1 word2 "),
            ("[[tokens=9]][[error_event=2]]", errors.ProviderFailed, "word1 word2 "),
        ],
    )
    async def test_becomes_its_coded_error_after_the_text_that_came(
        self, model: OpenAIModel, script: str, kind: type[errors.ProviderError], content: str
    ) -> None:
        answer = await ask(model, script)
        assert type(answer.failure) is kind
        assert answer.content == content

    async def test_unreachable_server_is_unavailable(self, unused_tcp_port: int, limits: TimeLimits) -> None:
        model = OpenAIModel(api_key="secret-key", base_url=f"http://127.0.0.1:{unused_tcp_port}/v1", limits=limits)
        failure = (await ask(model, "Hi")).failure
        assert isinstance(failure, errors.ProviderUnavailable)
        assert failure.headers == {"Retry-After": "5"}
        assert "secret-key" not in str(failure)
        assert str(unused_tcp_port) not in str(failure)
        await model.close()

    async def test_answer_that_lost_only_its_connection_after_the_end_is_whole(self, model: OpenAIModel) -> None:
        answer = await ask(model, "[[say]][[cut_after_finish]]Whole")
        assert answer.failure is None
        assert (answer.content, answer.finish_reason, answer.usage) == ("Whole", "stop", None)


class TestTimeLimits:
    async def ask_with(self, provider: ScriptedOpenAI, script: str, limits: TimeLimits) -> errors.ProviderError | None:
        model = OpenAIModel(api_key="k", base_url=provider.base_url, limits=limits)
        answer = await ask(model, script)
        await model.close()
        return answer.failure

    @pytest.mark.parametrize("script", ["[[hang]]", "[[slow_first_byte=20]]", "[[delay=20]]"])
    async def test_silence_before_the_first_byte_ends(self, provider: ScriptedOpenAI, script: str) -> None:
        failure = await self.ask_with(provider, script, TimeLimits(first_byte_seconds=0.6))
        assert isinstance(failure, errors.ProviderTimeout)
        assert len(provider.requests) == 1
        await until(lambda: provider.requests[0].state == "disconnected")

    async def test_silence_between_tokens_ends(self, provider: ScriptedOpenAI) -> None:
        failure = await self.ask_with(provider, "[[tokens=9]][[hang_after=2]]", TimeLimits(between_tokens_seconds=0.3))
        assert isinstance(failure, errors.ProviderTimeout)
        await until(lambda: provider.requests[0].state == "disconnected")

    async def test_steady_answer_may_take_longer_than_the_pause(self, provider: ScriptedOpenAI) -> None:
        limits = TimeLimits(first_byte_seconds=5, between_tokens_seconds=0.5)
        assert await self.ask_with(provider, "[[tokens=16]][[rate=20]]", limits) is None

    async def test_endless_answer_ends(self, provider: ScriptedOpenAI) -> None:
        failure = await self.ask_with(provider, "[[tokens=5000]][[rate=20]]", TimeLimits(answer_seconds=0.5))
        assert isinstance(failure, errors.ProviderTimeout)


class TestRetry:
    async def test_failure_before_the_first_byte_is_tried_again(
        self, model: OpenAIModel, provider: ScriptedOpenAI
    ) -> None:
        answer = await ask(model, "[[status=503]][[times=1]][[say]]At last")
        assert answer.content == "At last"
        assert len(provider.requests) == 2

    async def test_failure_after_the_first_byte_is_not(self, model: OpenAIModel, provider: ScriptedOpenAI) -> None:
        await ask(model, "[[tokens=5]][[cut=1]]")
        assert len(provider.requests) == 1

    async def test_long_wait_is_reported_instead(self, model: OpenAIModel, provider: ScriptedOpenAI) -> None:
        failure = (await ask(model, "[[status=429]][[retry_after=60]]")).failure
        assert isinstance(failure, errors.ProviderRateLimited)
        assert failure.retry_after_seconds == 60
        assert len(provider.requests) == 1

    async def test_refused_request_is_not(self, model: OpenAIModel, provider: ScriptedOpenAI) -> None:
        await ask(model, "[[status=400]]")
        assert len(provider.requests) == 1


class TestDialect:
    @pytest.mark.parametrize(
        ("refused", "instead"),
        [("max_tokens", "max_completion_tokens"), ("temperature", None), ("stream_options", None)],
    )
    async def test_is_learnt_at_the_first_refusal_and_remembered(
        self, model: OpenAIModel, provider: ScriptedOpenAI, refused: str, instead: str | None
    ) -> None:
        script = f"[[refuse={refused}]][[say]]Hi"
        assert [(await ask(model, script)).content for _ in range(2)] == ["Hi", "Hi"]
        assert [refused in record.body for record in provider.requests] == [True, False, False]
        assert instead is None or instead in provider.requests[-1].body

    async def test_of_one_model_is_not_that_of_another(self, model: OpenAIModel, provider: ScriptedOpenAI) -> None:
        await ask(model, request_of("[[refuse=temperature]]Hi", model="one"))
        await ask(model, request_of("Hi", model="two"))
        assert "temperature" in provider.requests[-1].body


class TestListModels:
    async def test_returns_what_the_server_offers_in_its_order(self, model: OpenAIModel) -> None:
        models = await model.list_models()
        assert [(offered.id, offered.is_demonstration) for offered in models] == [
            ("gpt-4", False),
            ("scripted-small", False),
        ]

    async def test_asks_once_for_many_page_loads(self, model: OpenAIModel, provider: ScriptedOpenAI) -> None:
        for _ in range(5):
            await model.list_models()
        assert provider.models_requests == 1

    async def test_wrong_key_is_said(self, limits: TimeLimits) -> None:
        with running_scripted_openai(api_key="right") as provider:
            model = OpenAIModel(api_key="wrong", base_url=provider.base_url, limits=limits)
            with pytest.raises(errors.ProviderCredentialsRefused):
                await model.list_models()
            assert not await model.is_ready()
            await model.close()

    async def test_server_without_a_list_offers_an_empty_one(
        self, model: OpenAIModel, provider: ScriptedOpenAI
    ) -> None:
        provider.models_status = 404
        assert await model.list_models() == []
        assert await model.is_ready()

    async def test_unreachable_server_is_unavailable(self, unused_tcp_port: int, limits: TimeLimits) -> None:
        model = OpenAIModel(api_key=None, base_url=f"http://127.0.0.1:{unused_tcp_port}/v1", limits=limits)
        with pytest.raises(errors.ProviderUnavailable):
            await model.list_models()
        await model.close()


class TestLoopback:
    @pytest.mark.parametrize("url", ["http://127.0.0.1:1/v1", "http://localhost:11434/v1", "http://[::1]:8/v1"])
    def test_is_recognised(self, url: str) -> None:
        assert is_loopback(url)

    @pytest.mark.parametrize("url", ["https://api.openai.com/v1", "http://10.0.0.1/v1", "http://127.example.com/v1"])
    def test_is_nothing_else(self, url: str) -> None:
        assert not is_loopback(url)


def test_twenty_answers_at_once_do_not_mix(provider: ScriptedOpenAI, limits: TimeLimits) -> None:
    async def run() -> list[str]:
        model = OpenAIModel(api_key="k", base_url=provider.base_url, limits=limits)
        requests: list[CompletionRequest] = [request_of(f"[[say]]answer {number}") for number in range(20)]
        answers = await asyncio.gather(*(ask(model, request) for request in requests))
        await model.close()
        return [answer.content for answer in answers]

    assert asyncio.run(run()) == [f"answer {number}" for number in range(20)]

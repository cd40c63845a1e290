"""The embedded model as it is: a real child process with real weights."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil
import pytest
import pytest_asyncio
from chat_server.llm.client import CompletionRequest, ModelMessage
from chat_server.llm.embedded import EMBEDDED_MODEL, EmbeddedModel
from chat_server.llm.embedded_process import EmbeddedProcess, EmbeddedStartFailed
from chat_server.llm.errors import ContextExceeded, ProviderBadResponse, ProviderUnavailable
from support.model_answers import ask, request_of, until

FRANCE = "What is the capital of France?"
PARENT = """
import asyncio, sys
from chat_server.llm.embedded import EmbeddedModel
async def main():
    model = EmbeddedModel()
    await model.start()
    while not await model.is_ready():
        await asyncio.sleep(0.05)
    print(model.pid, file=sys.stderr, flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def serving() -> AsyncIterator[EmbeddedModel]:
    model = EmbeddedModel()
    await model.start()
    yield model
    await model.close()


@pytest.fixture
async def own() -> AsyncIterator[EmbeddedModel]:
    """A model of the test's own, for tests that end its child."""
    model = EmbeddedModel()
    await model.start()
    yield model
    await model.close()


async def pid_when_ready(model: EmbeddedModel) -> int:
    async with asyncio.timeout(30):
        while not await model.is_ready():  # noqa: ASYNC110 - readiness comes from another process
            await asyncio.sleep(0.02)
    assert model.pid is not None
    return model.pid


def is_alive(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def kill_at_the_third_piece(model: EmbeddedModel, pid: int, pieces: list[str]) -> None:
    async with model.stream(request_of("Tell me a long story about a fox.", max_tokens=400)) as chunks:
        async for chunk in chunks:
            pieces.append(chunk.content)
            if len(pieces) == 3:
                os.kill(pid, signal.SIGKILL)


@pytest.mark.asyncio(loop_scope="module")
class TestAnswer:
    async def test_comes_while_the_model_is_still_loading(self, serving: EmbeddedModel) -> None:
        answer = await ask(serving, request_of(FRANCE, model=EMBEDDED_MODEL.id))
        assert answer.failure is None
        assert "Paris" in answer.content
        assert answer.finish_reason == "stop"
        assert answer.usage is not None

    async def test_names_paris_every_time(self, serving: EmbeddedModel) -> None:
        answers = await asyncio.gather(*(ask(serving, FRANCE) for _ in range(12)))
        assert ["Paris" in answer.content for answer in answers] == [True] * 12

    async def test_stops_at_the_limit_of_tokens(self, serving: EmbeddedModel) -> None:
        answer = await ask(serving, request_of("Tell me a long story about a fox.", max_tokens=8))
        assert answer.finish_reason == "length"
        assert answer.usage is not None
        assert answer.usage.completion_tokens == 8

    async def test_leaves_out_old_messages_instead_of_failing(self, serving: EmbeddedModel) -> None:
        # Dense text: far more tokens than its characters suggest, so that the server itself refuses at first.
        dense = "9 8 7 6 5 4 3 2 1 0 " * 100
        history = [ModelMessage(role, dense) for role in ("user", "assistant") * 4]
        messages = [ModelMessage("system", "Be brief."), *history, ModelMessage("user", FRANCE)]
        answer = await ask(serving, CompletionRequest(EMBEDDED_MODEL.id, messages, 0.7, 16))
        assert answer.failure is None
        assert answer.content

    async def test_message_longer_than_its_context_is_refused(self, serving: EmbeddedModel) -> None:
        assert isinstance((await ask(serving, "word " * 4000)).failure, ContextExceeded)

    async def test_model_is_marked_as_a_demonstration(self, serving: EmbeddedModel) -> None:
        (offered,) = await serving.list_models()
        assert offered.id == "smollm2-135m-instruct"
        assert offered.is_demonstration
        assert "demonstration" in offered.description


class TestAddress:
    async def test_is_loopback_and_wants_the_key(self) -> None:
        async with EmbeddedProcess.running("the-key") as process:
            port = await process.port()
            addresses = {c.laddr.ip for c in psutil.Process(process.pid).net_connections() if c.status == "LISTEN"}
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
                body = {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1}
                refused = await client.post("/v1/chat/completions", json=body)
                key = {"Authorization": "Bearer the-key"}
                allowed = await client.post("/v1/chat/completions", json=body, headers=key, timeout=30)
            arguments = psutil.Process(process.pid).cmdline()
        assert addresses == {"127.0.0.1"}
        assert (refused.status_code, allowed.status_code) == (401, 200)
        assert "the-key" not in " ".join(arguments)


class TestLife:
    async def test_child_that_is_killed_is_replaced(self, own: EmbeddedModel) -> None:
        first = await pid_when_ready(own)
        os.kill(first, signal.SIGKILL)
        await until(lambda: not is_alive(first))
        assert (await ask(own, FRANCE)).failure is None
        assert own.pid != first

    async def test_kill_amid_an_answer_ends_it_as_a_bad_response(self, own: EmbeddedModel) -> None:
        pid = await pid_when_ready(own)
        pieces: list[str] = []
        with pytest.raises(ProviderBadResponse):
            await kill_at_the_third_piece(own, pid, pieces)
        assert len(pieces) >= 3

    async def test_close_ends_the_child(self, own: EmbeddedModel) -> None:
        pid = await pid_when_ready(own)
        await own.close()
        assert not is_alive(pid)
        assert not await own.is_ready()

    async def test_close_while_loading_ends_the_child(self) -> None:
        model = EmbeddedModel()
        before = {child.pid for child in psutil.Process().children()}
        await model.start()
        await until(lambda: {child.pid for child in psutil.Process().children()} - before)
        (pid,) = {child.pid for child in psutil.Process().children()} - before
        await model.close()
        assert not is_alive(pid)

    async def test_sigterm_ends_the_child_at_once(self) -> None:
        async with EmbeddedProcess.running("key") as process:
            await process.port()
            os.kill(process.pid, signal.SIGTERM)
            async with asyncio.timeout(1):
                await process.exit_code()

    def test_child_does_not_outlive_a_killed_parent(self) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        command = [sys.executable, "-c", PARENT]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment) as parent:
            assert parent.stderr is not None
            child = psutil.Process(int(parent.stderr.readline()))
            parent.kill()
            parent.wait()
        child.wait(timeout=2)


class TestFailedStart:
    def command(self, report: object, tmp_path: Path) -> list[str]:
        script = tmp_path / "child.py"
        script.write_text(f"print({json.dumps(report)!r}, flush=True)")
        return [sys.executable, str(script)]

    async def test_is_said_to_the_next_request_without_waiting(self, tmp_path: Path) -> None:
        model = EmbeddedModel(command=self.command({"failure": "The weights are missing."}, tmp_path))
        await model.start()
        failure = (await ask(model, FRANCE)).failure
        await model.close()
        assert isinstance(failure, ProviderUnavailable)
        assert "could not be started" in failure.detail
        assert not await model.is_ready()

    @pytest.mark.parametrize(
        ("report", "reason"),
        [({"failure": "No weights."}, "No weights"), ("nonsense", "unreadable"), ({}, "neither")],
    )
    async def test_carries_the_reason(self, report: object, reason: str, tmp_path: Path) -> None:
        async with EmbeddedProcess.running("key", self.command(report, tmp_path)) as process:
            with pytest.raises(EmbeddedStartFailed, match=reason):
                await process.port()

    async def test_without_a_report_has_the_exit_code(self) -> None:
        async with EmbeddedProcess.running("key", [sys.executable, "-c", "raise SystemExit(3)"]) as process:
            with pytest.raises(EmbeddedStartFailed, match="code 3"):
                await process.port()

    async def test_program_that_does_not_exist_is_no_crash(self, tmp_path: Path) -> None:
        model = EmbeddedModel(command=[str(tmp_path / "absent")])
        await model.start()
        assert isinstance((await ask(model, FRANCE)).failure, ProviderUnavailable)
        await model.close()

    async def test_slow_start_is_unavailable_after_the_wait(self) -> None:
        command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
        model = EmbeddedModel(command=command, ready_timeout_seconds=0.2)
        await model.start()
        failure = (await ask(model, FRANCE)).failure
        await model.close()
        assert isinstance(failure, ProviderUnavailable)
        assert "still loading" in failure.detail
        assert "Retry-After" in failure.headers

    async def test_child_that_does_not_listen_is_killed_at_the_end(self) -> None:
        command = [sys.executable, "-c", "import time; print('{\"port\": 1}', flush=True); time.sleep(60)"]
        async with EmbeddedProcess.running("key", command) as process:
            await process.port()
            pid = process.pid
        assert not is_alive(pid)

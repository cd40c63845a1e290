"""POST /conversations/."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_server.llm.errors import ProviderUnavailable
from chat_testing.model import FakeModel
from chat_testing.problems import code_of, fields_of
from chat_testing.stored import Stored

URL = "/conversations/"
FIELDS = {
    "id",
    "title",
    "model",
    "system_prompt",
    "archived",
    "pinned",
    "temperature",
    "persona_id",
    "persona_name",
    "folder",
    "tags",
    "created_at",
    "updated_at",
    "last_message_at",
    "cost_usd",
    "message_count",
}


class TestCreate:
    async def test_it_answers_the_conversation(self, ann: httpx.AsyncClient) -> None:
        response = await ann.post(URL, json={"title": "  Trip  ", "model": "gpt-4-mini", "system_prompt": "Be brief."})

        assert response.status_code == 200
        found = response.json()
        assert found.keys() == FIELDS
        assert (found["title"], found["model"], found["system_prompt"]) == ("Trip", "gpt-4-mini", "Be brief.")
        assert (found["archived"], found["message_count"], found["last_message_at"]) == (False, 0, None)
        assert found["created_at"] == found["updated_at"]
        assert found["created_at"].endswith(("Z", "+00:00"))

    async def test_it_has_defaults_for_everything(self, ann: httpx.AsyncClient) -> None:
        found = (await ann.post(URL, json={})).json()

        assert (found["title"], found["model"], found["system_prompt"]) == ("New conversation", None, None)

    async def test_it_is_found_again(self, ann: httpx.AsyncClient) -> None:
        made = (await ann.post(URL, json={"title": "Łódź 🚋"})).json()

        assert (await ann.get(URL + made["id"])).json() == made

    async def test_an_anonymous_caller_is_refused(self, anonymous: httpx.AsyncClient, stored: Stored) -> None:
        response = await anonymous.post(URL, json={})

        assert code_of(response) == (401, "invalid_credentials")
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert await stored.count_of_conversations() == 0

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"title": ""}, "body.title"),
            ({"title": "   "}, "body.title"),
            ({"title": "x" * 201}, "body.title"),
            ({"title": None}, "body.title"),
            ({"title": 7}, "body.title"),
            ({"title": "a\x00b"}, "body.title"),
            ({"model": ""}, "body.model"),
            ({"model": "x" * 201}, "body.model"),
            ({"system_prompt": "x" * 32_001}, "body.system_prompt"),
            ({"system_prompt": "a\x00b"}, "body.system_prompt"),
            ([], "body"),
        ],
        ids=str,
    )
    async def test_a_wrong_shape_is_named(self, ann: httpx.AsyncClient, body: Any, field: str) -> None:
        response = await ann.post(URL, json=body)

        assert code_of(response) == (422, "invalid_input")
        assert fields_of(response) == [field]

    async def test_a_body_that_is_not_json_is_invalid(self, ann: httpx.AsyncClient) -> None:
        response = await ann.post(URL, content=b"{title", headers={"Content-Type": "application/json"})

        assert code_of(response) == (422, "invalid_input")

    @pytest.mark.parametrize(
        "more", [{"id": "mine"}, {"user_id": "bob"}, {"message_count": 9}, {"created_at": "2020-01-01T00:00:00Z"}]
    )
    async def test_what_the_service_decides_cannot_be_sent(
        self, ann: httpx.AsyncClient, stored: Stored, more: dict[str, Any]
    ) -> None:
        response = await ann.post(URL, json={"title": "Trip"} | more)

        assert code_of(response) == (422, "invalid_input")
        assert await stored.count_of_conversations() == 0

    async def test_a_title_of_200_characters_fits(self, ann: httpx.AsyncClient) -> None:
        assert (await ann.post(URL, json={"title": "ä" * 200})).json()["title"] == "ä" * 200


class TestModelChoice:
    async def test_a_model_that_is_not_on_offer_is_refused(self, ann: httpx.AsyncClient) -> None:
        response = await ann.post(URL, json={"model": "gpt-99"})

        assert code_of(response) == (422, "unknown_model")
        assert fields_of(response) == ["body.model"]

    async def test_a_list_that_cannot_be_asked_for_refuses_nothing(
        self, ann: httpx.AsyncClient, model: FakeModel
    ) -> None:
        model.list_error = ProviderUnavailable()

        assert (await ann.post(URL, json={"model": "gpt-99"})).json()["model"] == "gpt-99"


class TestIdempotencyKey:
    async def test_the_same_key_and_body_give_the_first_answer_again(
        self, ann: httpx.AsyncClient, stored: Stored
    ) -> None:
        first = await ann.post(URL, json={"title": "Trip"}, headers={"Idempotency-Key": "k1"})
        again = await ann.post(URL, json={"title": "Trip"}, headers={"Idempotency-Key": "k1"})

        assert (first.status_code, again.status_code) == (200, 200)
        assert again.json() == first.json()
        assert await stored.count_of_conversations() == 1
        assert len(await stored.events("conversation_created")) == 1

    async def test_ten_at_once_make_one(self, ann: httpx.AsyncClient, stored: Stored) -> None:
        responses = await asyncio.gather(
            *(ann.post(URL, json={"title": "Trip"}, headers={"Idempotency-Key": "k1"}) for _ in range(10))
        )

        assert {response.status_code for response in responses} == {200}
        assert len({response.json()["id"] for response in responses}) == 1
        assert await stored.count_of_conversations() == 1

    async def test_the_same_key_with_another_body_is_refused(self, ann: httpx.AsyncClient, stored: Stored) -> None:
        await ann.post(URL, json={"title": "Trip"}, headers={"Idempotency-Key": "k1"})
        response = await ann.post(URL, json={"title": "Work"}, headers={"Idempotency-Key": "k1"})

        assert code_of(response) == (422, "idempotency_key_reused")
        assert await stored.count_of_conversations() == 1

    async def test_another_persons_key_of_that_name_is_another_key(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, stored: Stored
    ) -> None:
        first = await ann.post(URL, json={"title": "Trip"}, headers={"Idempotency-Key": "k1"})
        other = await bob.post(URL, json={"title": "Work"}, headers={"Idempotency-Key": "k1"})

        assert (other.status_code, other.json()["title"]) == (200, "Work")
        assert other.json()["id"] != first.json()["id"]

    @pytest.mark.parametrize("key", ["", "a b", "x" * 256])
    async def test_a_key_of_wrong_shape_is_refused(self, ann: httpx.AsyncClient, key: str) -> None:
        response = await ann.post(URL, json={}, headers={"Idempotency-Key": key})

        assert code_of(response) == (422, "invalid_input")

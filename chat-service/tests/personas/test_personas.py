"""`/personas/`: everybody's own, and those that an admin shares with all."""

import asyncio
from typing import Any

import httpx
import pytest
from chat_server.personas import service as persona_service
from chat_testing.callers import FIVE_MINUTES
from chat_testing.model import FakeModel
from chat_testing.problems import ABSENT_ID, code_of, exactly, fields_of
from chat_testing.problems import SAME_REQUEST as SAME
from fastapi import FastAPI

URL = "/personas/"
PIRATE = {
    "name": "Pirate",
    "description": "Speaks of the sea.",
    "system_prompt": "You are a pirate.",
    "model": "gpt-4-mini",
    "temperature": 1.3,
}


@pytest.fixture
def admin(app: FastAPI, anonymous: httpx.AsyncClient) -> httpx.AsyncClient:
    return client_of(app, anonymous, "root", "admin", "user")


def client_of(app: FastAPI, anonymous: httpx.AsyncClient, name: str, *roles: str) -> httpx.AsyncClient:
    codec = app.state.token_codec
    token = codec.sign_access(username=name, user_id=name, roles=roles, session_id=name, lifetime=FIVE_MINUTES)
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.AsyncClient(transport=anonymous._transport, base_url="http://chat", headers=headers)


async def make(person: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    response = await person.post(URL, json=PIRATE | values)
    assert response.status_code == 200, response.text
    made: dict[str, Any] = response.json()
    return made


async def names(person: httpx.AsyncClient, **query: Any) -> list[str]:
    return [one["name"] for one in (await person.get(URL, params=query)).json()]


class TestCreate:
    async def test_it_has_what_was_sent_and_is_ones_own(self, ann: httpx.AsyncClient) -> None:
        made = await make(ann)

        assert {name: made[name] for name in PIRATE} == PIRATE
        assert (made["is_own"], made["is_shared"]) == (True, False)
        assert made["created_at"] == made["updated_at"]
        assert (await ann.get(URL + made["id"])).json() == made

    async def test_a_name_alone_is_enough(self, ann: httpx.AsyncClient) -> None:
        made = (await ann.post(URL, json={"name": "  Plain "})).json()

        assert (made["name"], made["description"]) == ("Plain", "")
        assert (made["system_prompt"], made["model"], made["temperature"]) == (None, None, None)

    async def test_the_same_idempotency_key_makes_one(self, ann: httpx.AsyncClient, bob: httpx.AsyncClient) -> None:
        headers = {"Idempotency-Key": "k1"}
        first, again = [(await ann.post(URL, json=PIRATE, headers=headers)).json() for _ in range(2)]
        other = await ann.post(URL, json=PIRATE | {"name": "Other"}, headers=headers)

        assert first == again
        assert code_of(other) == (422, "idempotency_key_reused")
        assert (await bob.post(URL, json=PIRATE, headers=headers)).json()["id"] != first["id"]
        assert await names(ann) == ["Pirate"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"name": ""}, "body.name"),
            ({"name": "  "}, "body.name"),
            ({"name": "x" * 101}, "body.name"),
            ({"name": None}, "body.name"),
            ({"name": "a\x00b"}, "body.name"),
            ({"description": "x" * 301}, "body.description"),
            ({"system_prompt": "x" * 32_001}, "body.system_prompt"),
            ({"temperature": -0.1}, "body.temperature"),
            ({"temperature": 2.1}, "body.temperature"),
            ({"temperature": "NaN"}, "body.temperature"),
            ({"is_shared": "perhaps"}, "body.is_shared"),
            ({"user_id": "bob"}, "body.user_id"),
        ],
        ids=str,
    )
    async def test_a_wrong_shape_is_named(self, ann: httpx.AsyncClient, change: Any, field: str) -> None:
        response = await ann.post(URL, json=PIRATE | change)

        assert code_of(response) == (422, "invalid_input")
        assert fields_of(response) == [field]

    async def test_a_model_that_is_not_on_offer_is_refused(self, ann: httpx.AsyncClient) -> None:
        assert code_of(await ann.post(URL, json=PIRATE | {"model": "gpt-99"})) == (422, "unknown_model")

    async def test_sharing_is_for_admins_alone(self, ann: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
        refused = await ann.post(URL, json=PIRATE | {"is_shared": True})

        assert code_of(refused) == (403, "sharing_not_allowed")
        assert (await make(admin, is_shared=True))["is_shared"] is True

    async def test_there_is_a_most(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(persona_service, "MOST_PERSONAS", 2)
        responses = await asyncio.gather(*(ann.post(URL, json=PIRATE) for _ in range(4)))

        assert sorted(response.status_code for response in responses) == [200, 200, 409, 409]
        refused = next(response for response in responses if response.status_code == 409)
        assert code_of(refused) == (409, "too_many_personas")
        assert "2 personas" in refused.json()["detail"]
        await make(bob)


class TestList:
    async def test_it_is_ones_own_and_the_shared_ones(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        await make(ann, name="hers")
        await make(bob, name="his")
        await make(admin, name="everybody's", is_shared=True)
        await make(admin, name="the admin's")

        assert await names(ann) == ["hers", "everybody's"]
        assert await names(admin) == ["everybody's", "the admin's"]
        assert [one["is_own"] for one in (await ann.get(URL)).json()] == [True, False]

    async def test_it_comes_in_pages(self, ann: httpx.AsyncClient) -> None:
        for number in range(3):
            await make(ann, name=str(number))
        first = await ann.get(URL, params={"limit": 2})
        second = await ann.get(first.links["next"]["url"])

        assert [one["name"] for one in [*first.json(), *second.json()]] == ["0", "1", "2"]
        assert "next" not in second.links

    async def test_a_foreign_cursor_is_refused(self, ann: httpx.AsyncClient) -> None:
        for cursor in ("rubbish", "WzFd"):
            assert code_of(await ann.get(URL, params={"cursor": cursor})) == (422, "invalid_input")


class TestChange:
    async def test_it_changes_what_is_named_alone(self, ann: httpx.AsyncClient) -> None:
        made = await make(ann)
        changed = (await ann.patch(URL + made["id"], json={"temperature": None, "name": "Captain"})).json()

        assert changed | {"updated_at": 0} == made | {"temperature": None, "name": "Captain", "updated_at": 0}
        assert changed["updated_at"] > made["updated_at"]
        assert (await ann.get(URL + made["id"])).json() == changed

    @pytest.mark.parametrize("change", [{"name": ""}, {"name": None}, {"temperature": 3}, {"is_own": True}], ids=str)
    async def test_a_wrong_shape_is_refused(self, ann: httpx.AsyncClient, change: Any) -> None:
        made = await make(ann)

        assert code_of(await ann.patch(URL + made["id"], json=change)) == (422, "invalid_input")

    async def test_a_model_that_is_not_on_offer_is_refused(self, ann: httpx.AsyncClient) -> None:
        made = await make(ann)

        assert code_of(await ann.patch(URL + made["id"], json={"model": "gpt-99"})) == (422, "unknown_model")

    async def test_a_shared_one_is_changed_by_any_admin_and_read_only_for_others(
        self, ann: httpx.AsyncClient, admin: httpx.AsyncClient, app: FastAPI, anonymous: httpx.AsyncClient
    ) -> None:
        made = await make(admin, is_shared=True)
        address = URL + made["id"]

        assert (await ann.get(address)).json() == made | {"is_own": False}
        assert code_of(await ann.patch(address, json={"name": "Mine"})) == (403, "shared_persona_read_only")
        assert code_of(await ann.delete(address)) == (403, "shared_persona_read_only")
        another = client_of(app, anonymous, "root2", "admin", "user")
        assert (await another.patch(address, json={"name": "Ours"})).json()["is_own"] is False
        assert (await ann.get(address)).json()["name"] == "Ours"

    async def test_who_is_no_admin_any_more_only_reads_what_they_shared(
        self, admin: httpx.AsyncClient, app: FastAPI, anonymous: httpx.AsyncClient
    ) -> None:
        made = await make(admin, is_shared=True)
        former = client_of(app, anonymous, "root", "user")

        assert code_of(await former.patch(URL + made["id"], json={"name": "x"})) == (403, "shared_persona_read_only")
        own = await make(former)
        assert code_of(await former.patch(URL + own["id"], json={"is_shared": True})) == (403, "sharing_not_allowed")

    async def test_sharing_can_be_ended(self, ann: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
        made = await make(admin, is_shared=True)
        await admin.patch(URL + made["id"], json={"is_shared": False})

        assert code_of(await ann.get(URL + made["id"])) == (404, "persona_not_found")


class TestOthers:
    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
    async def test_anothers_is_as_if_it_were_not_there_for_admins_too(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, admin: httpx.AsyncClient, method: str
    ) -> None:
        made = await make(ann)
        body = {"name": "Mine now"} if method == "PATCH" else None
        for person in (bob, admin):
            theirs = await person.request(method, URL + made["id"], headers=SAME, json=body)
            absent = await person.request(method, URL + ABSENT_ID, headers=SAME, json=body)
            assert code_of(theirs) == (404, "persona_not_found")
            assert exactly(theirs) == exactly(absent)
        assert (await ann.get(URL + made["id"])).json() == made

    @pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
    async def test_an_anonymous_caller_is_refused(
        self, ann: httpx.AsyncClient, anonymous: httpx.AsyncClient, method: str
    ) -> None:
        made = await make(ann)

        assert code_of(await anonymous.request(method, URL + made["id"])) == (401, "invalid_credentials")
        assert code_of(await anonymous.get(URL)) == (401, "invalid_credentials")
        assert code_of(await anonymous.post(URL, json=PIRATE)) == (401, "invalid_credentials")


class TestConversation:
    async def test_it_takes_over_prompt_model_and_temperature_and_the_model_gets_them(
        self, ann: httpx.AsyncClient, model: FakeModel
    ) -> None:
        persona = await make(ann)
        begun = (await ann.post("/conversations/", json={"persona_id": persona["id"]})).json()
        await ann.post(f"/conversations/{begun['id']}/messages", json={"content": "Hi"})

        assert {name: begun[name] for name in ("system_prompt", "model", "temperature")} == {
            name: PIRATE[name] for name in ("system_prompt", "model", "temperature")
        }
        assert (begun["persona_id"], begun["persona_name"]) == (persona["id"], "Pirate")
        request = model.answers[0].request
        assert (request.messages[0].content, request.model, request.temperature) == (
            "You are a pirate.",
            "gpt-4-mini",
            1.3,
        )

    async def test_what_the_request_names_counts_more(self, ann: httpx.AsyncClient) -> None:
        persona = await make(ann)
        body = {"persona_id": persona["id"], "model": "gpt-4", "temperature": 0, "system_prompt": None}
        begun = (await ann.post("/conversations/", json=body)).json()

        assert (begun["model"], begun["temperature"], begun["system_prompt"]) == ("gpt-4", 0, None)

    async def test_a_shared_one_can_be_used_by_all(self, ann: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
        persona = await make(admin, is_shared=True)

        begun = (await ann.post("/conversations/", json={"persona_id": persona["id"]})).json()
        assert begun["system_prompt"] == "You are a pirate."

    async def test_it_stays_as_it_was_when_the_persona_changes_or_goes(
        self, ann: httpx.AsyncClient, model: FakeModel
    ) -> None:
        persona = await make(ann)
        begun = (await ann.post("/conversations/", json={"persona_id": persona["id"]})).json()
        await ann.patch(URL + persona["id"], json={"name": "Other", "system_prompt": "Other."})
        assert (await ann.delete(URL + persona["id"])).json() == {"message": "Persona deleted"}
        sent = await ann.post(f"/conversations/{begun['id']}/messages", json={"content": "Hi"})

        assert sent.status_code == 200
        assert model.answers[0].request.messages[0].content == "You are a pirate."
        found = (await ann.get(f"/conversations/{begun['id']}")).json()
        assert (found["persona_name"], found["temperature"]) == ("Pirate", 1.3)
        assert code_of(await ann.get(URL + persona["id"])) == (404, "persona_not_found")

    async def test_anothers_or_an_absent_one_is_not_found_and_nothing_begins(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient
    ) -> None:
        persona = await make(ann)
        for persona_id in (persona["id"], ABSENT_ID):
            response = await bob.post("/conversations/", json={"persona_id": persona_id})
            assert code_of(response) == (404, "persona_not_found")
        assert (await bob.get("/conversations/")).json() == []

    async def test_a_request_that_is_sent_again_finds_the_first_though_the_persona_is_gone(
        self, ann: httpx.AsyncClient
    ) -> None:
        persona = await make(ann)
        body, headers = {"persona_id": persona["id"]}, {"Idempotency-Key": "k1"}
        first = await ann.post("/conversations/", json=body, headers=headers)
        await ann.delete(URL + persona["id"])
        again = await ann.post("/conversations/", json=body, headers=headers)

        assert again.json() == first.json()

    async def test_one_that_has_begun_can_take_one_over_and_give_it_back(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, conversation_id: str
    ) -> None:
        persona, his = await make(ann), await make(bob)
        address = f"/conversations/{conversation_id}"
        taken = (await ann.patch(address, json={"persona_id": persona["id"], "temperature": 0.2})).json()
        refused = await ann.patch(address, json={"persona_id": his["id"], "title": "Not this"})
        kept = (await ann.get(address)).json()
        returned = (await ann.patch(address, json={"persona_id": None})).json()

        names = ("persona_id", "persona_name", "system_prompt", "model", "temperature")
        assert [taken[name] for name in names] == [persona["id"], "Pirate", "You are a pirate.", "gpt-4-mini", 0.2]
        assert code_of(refused) == (404, "persona_not_found")
        assert kept == taken
        assert [returned[name] for name in names] == [None] * 5

    async def test_its_own_temperature_can_be_changed_and_taken_back(
        self, ann: httpx.AsyncClient, conversation_id: str, model: FakeModel
    ) -> None:
        address = f"/conversations/{conversation_id}"
        for temperature in (0, None):
            assert (await ann.patch(address, json={"temperature": temperature})).json()["temperature"] == temperature
            await ann.post(f"{address}/messages", json={"content": "Hi"})

        assert [answer.request.temperature for answer in model.answers] == [0, 0.7]
        assert code_of(await ann.patch(address, json={"temperature": 2.5})) == (422, "invalid_input")

"""GET, PATCH, PUT and DELETE /conversations/{id}."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from chat_testing.problems import ABSENT_ID, SAME_REQUEST, code_of, exactly, fields_of
from chat_testing.stored import Stored

METHODS = ("PATCH", "PUT")


def url(conversation_id: str) -> str:
    return f"/conversations/{conversation_id}"


@pytest.fixture
async def trip(ann: httpx.AsyncClient) -> dict[str, Any]:
    """A conversation in which everything is set."""
    body = {"title": "Trip", "model": "gpt-4-mini", "system_prompt": "Be brief."}
    conversation: dict[str, Any] = (await ann.post("/conversations/", json=body)).json()
    return conversation


class TestOwnership:
    """Somebody else's conversation looks exactly as one that does not exist."""

    @pytest.mark.parametrize(
        ("method", "body"),
        [
            ("GET", None),
            ("PATCH", {"title": "Mine"}),
            ("PUT", {"title": "Mine"}),
            ("DELETE", None),
        ],
    )
    async def test_another_persons_looks_absent(
        self, ann: httpx.AsyncClient, bob: httpx.AsyncClient, trip: dict[str, Any], method: str, body: Any
    ) -> None:
        others = await bob.request(method, url(trip["id"]), json=body, headers=SAME_REQUEST)
        absent = await bob.request(method, url(ABSENT_ID), json=body, headers=SAME_REQUEST)

        assert code_of(others) == (404, "conversation_not_found")
        assert exactly(others) == exactly(absent)
        assert (await ann.get(url(trip["id"]))).json() == trip

    @pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
    async def test_an_anonymous_caller_is_refused_before_anything_is_looked_up(
        self, anonymous: httpx.AsyncClient, trip: dict[str, Any], method: str
    ) -> None:
        body = {"title": "Mine"} if method in METHODS else None
        response = await anonymous.request(method, url(trip["id"]), json=body, headers=SAME_REQUEST)
        absent = await anonymous.request(method, url(ABSENT_ID), json=body, headers=SAME_REQUEST)

        assert code_of(response) == (401, "invalid_credentials")
        assert exactly(response) == exactly(absent)

    async def test_an_administrators_role_opens_no_conversation(
        self, ann: httpx.AsyncClient, app: Any, trip: dict[str, Any]
    ) -> None:
        token = app.state.token_codec.sign_access(
            username="root", user_id="root", roles=["admin"], session_id="s", lifetime=timedelta(minutes=1)
        )
        response = await ann.get(url(trip["id"]), headers={"Authorization": f"Bearer {token}"})

        assert code_of(response) == (404, "conversation_not_found")

    async def test_a_service_token_is_no_person(self, ann: httpx.AsyncClient, app: Any, trip: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {app.state.token_codec.sign_service('auth-service')}"}

        assert code_of(await ann.get(url(trip["id"]), headers=headers)) == (401, "invalid_credentials")


class TestGet:
    async def test_it_answers_the_conversation(self, ann: httpx.AsyncClient, trip: dict[str, Any]) -> None:
        response = await ann.get(url(trip["id"]))

        assert (response.status_code, response.json()) == (200, trip)

    @pytest.mark.parametrize("strange", ["x" * 2_000, "%27%20OR%201=1", "ünï"])
    async def test_a_strange_id_is_absent(self, ann: httpx.AsyncClient, strange: str) -> None:
        assert code_of(await ann.get(url(strange))) == (404, "conversation_not_found")

    async def test_an_id_that_no_database_holds_is_refused(self, ann: httpx.AsyncClient) -> None:
        # PostgreSQL takes no NUL, not even to look for it: that was told as a database that is away.
        assert (await ann.get(url("%00"))).status_code in {404, 422}


@pytest.mark.parametrize("method", METHODS)
class TestChange:
    async def test_it_changes_what_is_named_and_nothing_else(
        self, ann: httpx.AsyncClient, trip: dict[str, Any], method: str
    ) -> None:
        response = await ann.request(method, url(trip["id"]), json={"title": "Holiday"})

        assert response.status_code == 200
        changed = response.json()
        assert changed == trip | {"title": "Holiday", "updated_at": changed["updated_at"]}
        assert changed["updated_at"] > trip["updated_at"]
        assert (await ann.get(url(trip["id"]))).json() == changed

    async def test_it_changes_everything_that_can_be_changed(
        self, ann: httpx.AsyncClient, trip: dict[str, Any], method: str
    ) -> None:
        changes = {"title": "Holiday", "model": "gpt-4", "system_prompt": "Sing.", "archived": True}
        changed = (await ann.request(method, url(trip["id"]), json=changes)).json()

        assert {name: changed[name] for name in changes} == changes

    async def test_null_returns_model_and_prompt_to_the_default(
        self, ann: httpx.AsyncClient, trip: dict[str, Any], method: str
    ) -> None:
        changed = (await ann.request(method, url(trip["id"]), json={"model": None, "system_prompt": None})).json()

        assert (changed["model"], changed["system_prompt"], changed["title"]) == (None, None, "Trip")

    async def test_an_archived_one_comes_back(self, ann: httpx.AsyncClient, trip: dict[str, Any], method: str) -> None:
        await ann.request(method, url(trip["id"]), json={"archived": True})

        assert (await ann.request(method, url(trip["id"]), json={"archived": False})).json()["archived"] is False

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"title": ""}, "body.title"),
            ({"title": " \t "}, "body.title"),
            ({"title": "x" * 201}, "body.title"),
            ({"title": None}, "body.title"),
            ({"archived": None}, "body.archived"),
            ({"archived": "perhaps"}, "body.archived"),
            ({"system_prompt": "x" * 32_001}, "body.system_prompt"),
            ({"id": "other"}, "body.id"),
            ({"user_id": "bob"}, "body.user_id"),
            ({"message_count": 7}, "body.message_count"),
            ({"is_archived": True}, "body.is_archived"),
            ({"activity_at": "2030-01-01T00:00:00Z"}, "body.activity_at"),
        ],
        ids=str,
    )
    async def test_a_wrong_shape_is_named_and_changes_nothing(
        self, ann: httpx.AsyncClient, trip: dict[str, Any], method: str, body: dict[str, Any], field: str
    ) -> None:
        response = await ann.request(method, url(trip["id"]), json={"model": "gpt-4"} | body)

        assert code_of(response) == (422, "invalid_input")
        assert fields_of(response) == [field]
        assert (await ann.get(url(trip["id"]))).json() == trip

    async def test_a_model_that_is_not_on_offer_is_refused(
        self, ann: httpx.AsyncClient, trip: dict[str, Any], method: str
    ) -> None:
        response = await ann.request(method, url(trip["id"]), json={"model": "gpt-99"})

        assert code_of(response) == (422, "unknown_model")


class TestDelete:
    async def test_it_says_so_and_the_conversation_is_gone(
        self, ann: httpx.AsyncClient, trip: dict[str, Any], stored: Stored
    ) -> None:
        await ann.post(f"{url(trip['id'])}/messages", json={"content": "hello"})
        response = await ann.delete(url(trip["id"]))

        assert (response.status_code, response.json()) == (200, {"message": "Conversation deleted"})
        assert code_of(await ann.get(url(trip["id"]))) == (404, "conversation_not_found")
        assert code_of(await ann.get(f"{url(trip['id'])}/messages")) == (404, "conversation_not_found")
        assert (await ann.get("/conversations/")).json() == []
        assert await stored.messages(trip["id"]) == []

    async def test_a_second_time_there_is_nothing_to_delete(
        self, ann: httpx.AsyncClient, trip: dict[str, Any], stored: Stored
    ) -> None:
        await ann.delete(url(trip["id"]))

        assert code_of(await ann.delete(url(trip["id"]))) == (404, "conversation_not_found")
        assert len(await stored.events("conversation_deleted")) == 1

    async def test_it_leaves_the_others(self, ann: httpx.AsyncClient, trip: dict[str, Any]) -> None:
        other = (await ann.post("/conversations/", json={"title": "Work"})).json()
        await ann.delete(url(trip["id"]))

        assert (await ann.get(url(other["id"]))).json() == other

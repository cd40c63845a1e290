"""`GET` and `PATCH /users/me`."""

import httpx
import pytest
from auth_server.db.models import User
from auth_server.dependencies import Parts
from sqlalchemy import update


class TestReadProfile:
    async def test_answers_the_user_with_preferences(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        response = await client.get("/users/me", headers=ada)
        assert response.status_code == 200
        profile = response.json()
        assert (profile["username"], profile["roles"]) == ("ada", ["user"])
        assert profile["preferences"] == {"theme": "system", "language": "system"}
        assert not [name for name in profile if "password" in name]

    async def test_anonymous_callers_are_refused(self, client: httpx.AsyncClient) -> None:
        response = await client.get("/users/me")
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"


class TestChangeProfile:
    async def test_changes_what_was_sent_and_nothing_else(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        response = await client.patch("/users/me", json={"full_name": "Ada Lovelace"}, headers=ada)
        assert (response.status_code, response.json()["full_name"]) == (200, "Ada Lovelace")
        assert response.json()["email"] == "ada@example.com"
        await client.patch("/users/me", json={"email": "countess@example.com"}, headers=ada)
        assert (await client.get("/users/me", headers=ada)).json()["full_name"] == "Ada Lovelace"
        form = {"username": "countess@example.com", "password": "testpass123"}
        assert (await client.post("/auth/token", data=form)).status_code == 200

    async def test_null_takes_the_full_name_away(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        await client.patch("/users/me", json={"full_name": "Ada Lovelace"}, headers=ada)
        response = await client.patch("/users/me", json={"full_name": None}, headers=ada)
        assert response.json()["full_name"] is None

    async def test_one_s_own_address_in_another_case_is_not_taken(
        self, client: httpx.AsyncClient, ada: dict[str, str]
    ) -> None:
        response = await client.patch("/users/me", json={"email": "ADA@example.com"}, headers=ada)
        assert (response.status_code, response.json()["email"]) == (200, "ADA@example.com")

    @pytest.mark.usefixtures("bob")
    async def test_anothers_address_is_taken(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        response = await client.patch("/users/me", json={"email": "Bob@example.com"}, headers=ada)
        assert response.status_code == 400
        assert "already registered" in response.json()["detail"]

    @pytest.mark.parametrize(
        "body",
        [
            {"username": "admin"},
            {"roles": ["admin"]},
            {"is_active": False},
            {"password": "testpass123"},
            {"id": "x"},
            {"email": None},
            {"email": "nonsense"},
            {"preferences": None},
            {"preferences": []},
            {"preferences": {"theme": "pink"}},
            {"preferences": {"language": "tlh"}},
            {"preferences": {"language": ["de"]}},
            {"full_name": 5},
        ],
    )
    async def test_anything_else_is_refused(
        self, client: httpx.AsyncClient, ada: dict[str, str], body: dict[str, object]
    ) -> None:
        before = (await client.get("/users/me", headers=ada)).json()
        assert (await client.patch("/users/me", json=body, headers=ada)).status_code == 422
        assert (await client.get("/users/me", headers=ada)).json() == before

    async def test_anonymous_callers_are_refused(self, client: httpx.AsyncClient) -> None:
        assert (await client.patch("/users/me", json={"full_name": "x"})).status_code == 401


class TestPreferences:
    async def test_are_merged_and_null_takes_one_away(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        for preferences in ({"theme": "dark", "font": {"size": 14}}, {"sound": True}, {"font": None}):
            response = await client.patch("/users/me", json={"preferences": preferences}, headers=ada)
            assert response.status_code == 200
        kept = {"theme": "dark", "language": "system", "sound": True}
        assert response.json()["preferences"] == kept
        assert (await client.get("/users/me", headers=ada)).json()["preferences"] == kept

    async def test_theme_and_language_are_set_apart_from_each_other(
        self, client: httpx.AsyncClient, ada: dict[str, str]
    ) -> None:
        for preferences in ({"language": "de"}, {"theme": "light"}):
            response = await client.patch("/users/me", json={"preferences": preferences}, headers=ada)
        assert response.json()["preferences"] == {"theme": "light", "language": "de"}
        response = await client.patch("/users/me", json={"preferences": {"language": None}}, headers=ada)
        assert response.json()["preferences"] == {"theme": "light", "language": "system"}

    async def test_one_that_was_free_once_is_no_reason_to_fail(
        self, client: httpx.AsyncClient, ada: dict[str, str], parts: Parts
    ) -> None:
        # Rows from before `language` had a meaning may hold anything under its name.
        row = update(User).where(User.username == "ada").values(preferences={"language": ["fr", 1], "sound": True})
        await parts.database.write(lambda session: session.execute(row))
        profile = (await client.get("/users/me", headers=ada)).json()
        assert profile["preferences"] == {"theme": "system", "language": "system", "sound": True}

    async def test_may_not_grow_without_end(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        statuses = [
            (await client.patch("/users/me", json={"preferences": {f"key{n}": "x" * 4_000}}, headers=ada)).status_code
            for n in range(5)
        ]
        assert statuses == [200, 200, 200, 200, 422]

    @pytest.mark.parametrize("value", ["NaN", "Infinity", '"\\ud800"', '{"\\udfff": 1}', "[" * 3_000 + "]" * 3_000])
    async def test_what_json_cannot_carry_back_is_refused(
        self, client: httpx.AsyncClient, ada: dict[str, str], value: str
    ) -> None:
        content = f'{{"preferences": {{"key": {value}}}}}'
        headers = {**ada, "Content-Type": "application/json"}
        assert (await client.patch("/users/me", content=content, headers=headers)).status_code in (400, 422)
        profile = (await client.get("/users/me", headers=ada)).json()
        assert profile["preferences"] == {"theme": "system", "language": "system"}

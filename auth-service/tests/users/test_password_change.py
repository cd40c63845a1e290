"""`PUT /users/me/password`."""

import httpx
import pytest

CURRENT = "testpass123"
NEW = "difference-engine-1"


async def _change(
    client: httpx.AsyncClient, headers: dict[str, str], *, current: str = CURRENT, new: str = NEW
) -> httpx.Response:
    body = {"current_password": current, "new_password": new}
    return await client.put("/users/me/password", json=body, headers=headers)


async def _signs_in(client: httpx.AsyncClient, password: str) -> bool:
    response = await client.post("/auth/token", data={"username": "ada", "password": password})
    return response.status_code == 200


class TestChangePassword:
    async def test_from_then_on_only_the_new_one_is_good(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        response = await _change(client, ada)
        assert (response.status_code, response.json()) == (200, {"message": "Password changed"})
        assert await _signs_in(client, NEW)
        assert not await _signs_in(client, CURRENT)

    @pytest.mark.parametrize("current", ["wrong-password-1", "", "x" * 5_000, CURRENT.upper(), CURRENT + "\x00"])
    async def test_a_wrong_current_password_changes_nothing(
        self, client: httpx.AsyncClient, ada: dict[str, str], current: str
    ) -> None:
        response = await _change(client, ada, current=current)
        assert (response.status_code, response.json()["code"]) == (400, "wrong_password")
        assert await _signs_in(client, CURRENT)

    @pytest.mark.parametrize("new", ["short1", "password1", "onlyletters", "12345678901", "ada@example.com", "a1" * 65])
    async def test_a_weak_new_password_changes_nothing(
        self, client: httpx.AsyncClient, ada: dict[str, str], new: str
    ) -> None:
        response = await _change(client, ada, new=new)
        assert response.status_code == 422
        assert response.json()["errors"][0]["field"] == "body.new_password"
        assert new not in response.text
        assert await _signs_in(client, CURRENT)

    async def test_anonymous_callers_are_refused(self, client: httpx.AsyncClient) -> None:
        assert (await _change(client, {})).status_code == 401

    async def test_both_are_needed(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        response = await client.put("/users/me/password", json={"new_password": NEW}, headers=ada)
        assert response.status_code == 422

    async def test_another_user_cannot_be_named(
        self, client: httpx.AsyncClient, ada: dict[str, str], bob: dict[str, str]
    ) -> None:
        body = {"current_password": CURRENT, "new_password": NEW, "username": "ada"}
        assert (await client.put("/users/me/password", json=body, headers=bob)).status_code == 422
        assert await _signs_in(client, CURRENT)

"""Tokens that are none of ours, or no longer good."""

import httpx
import pytest
from auth_server.settings import AuthSettings
from support.hostile_tokens import HOSTILE, Materials, claims_of

PASSWORD = "testpass123"


def _token_of(headers: dict[str, str]) -> str:
    return headers["Authorization"].removeprefix("Bearer ")


@pytest.fixture
async def materials(
    client: httpx.AsyncClient, settings: AuthSettings, ada: dict[str, str], bob: dict[str, str]
) -> Materials:
    """Ada's tokens, and Bob's claims."""
    pair = (await client.post("/auth/token", data={"username": "ada", "password": PASSWORD})).json()
    return Materials(
        secret=settings.auth_secret_key.get_secret_value(),
        own=claims_of(_token_of(ada)),
        another=claims_of(_token_of(bob)),
        refresh_token=pair["refresh_token"],
    )


async def _answer(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.get("/users/me", headers={b"Authorization": b"Bearer " + token.encode(errors="surrogatepass")})


class TestToken:
    async def test_made_by_hand_like_ours_is_good(self, client: httpx.AsyncClient, materials: Materials) -> None:
        assert (await _answer(client, materials.token())).status_code == 200

    @pytest.mark.parametrize("kind", HOSTILE)
    async def test_that_is_hostile_is_refused(self, client: httpx.AsyncClient, materials: Materials, kind: str) -> None:
        answers = {name: await _answer(client, build(materials)) for name, build in HOSTILE[kind].items()}
        assert {name: answer.status_code for name, answer in answers.items() if answer.status_code != 401} == {}
        for answer in answers.values():
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.json()["code"] == "invalid_credentials"

    @pytest.mark.parametrize("header", ["Basic YWRtaW46YWRtaW4=", "Bearer", "Bearer ", "Token abc", "bearer\tabc"])
    async def test_of_another_scheme_is_refused(self, client: httpx.AsyncClient, header: str) -> None:
        assert (await client.get("/users/me", headers={"Authorization": header})).status_code == 401

    async def test_in_the_query_is_refused(self, client: httpx.AsyncClient, materials: Materials) -> None:
        assert (await client.get("/users/me", params={"token": materials.token()})).status_code == 401


class TestRolesInTheToken:
    async def test_are_not_believed(self, client: httpx.AsyncClient, materials: Materials) -> None:
        """A token that was signed when the user still was an admin must not keep that power."""
        headers = {"Authorization": f"Bearer {materials.token(roles=['admin'])}"}
        assert (await client.get("/users/", headers=headers)).status_code == 403

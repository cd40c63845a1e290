"""`POST /auth/token`."""

import json
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime

import httpx
import pytest
from auth_server.db.models import OutboxEvent, User
from auth_server.dependencies import Parts
from auth_server.passwords.hashing import PasswordHasher, Verification
from auth_server.settings import AuthSettings
from service_kit.tokens import TokenCodec
from sqlalchemy import select

MakeUser = Callable[..., Awaitable[dict[str, str]]]
StartService = Callable[[AuthSettings], AbstractAsyncContextManager[httpx.AsyncClient]]
PASSWORD = "testpass123"


async def _sign_in(client: httpx.AsyncClient, username: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/auth/token", data={"username": username, "password": password})


class TestSignIn:
    async def test_answers_a_token_with_the_claims_of_the_contract(
        self, client: httpx.AsyncClient, manager: dict[str, str], settings: AuthSettings
    ) -> None:
        response = await _sign_in(client, "mary")
        assert response.status_code == 200
        answer = response.json()
        assert set(answer) == {"access_token", "token_type", "expires_in", "refresh_token"}
        assert (answer["token_type"], answer["expires_in"]) == ("bearer", 43_200 * 60)
        principal = TokenCodec(settings.auth_secret_key.get_secret_value()).verify(answer["access_token"], "access")
        me = (await client.get("/users/me", headers=manager)).json()
        assert (principal.username, principal.user_id, principal.roles) == ("mary", me["id"], ("manager", "user"))
        assert principal.session_id
        assert principal.token_id

    @pytest.mark.parametrize("login", ["ada", "ADA", "ada@example.com", "Ada@Example.COM"])
    @pytest.mark.usefixtures("ada")
    async def test_takes_name_or_address_in_any_case(self, client: httpx.AsyncClient, login: str) -> None:
        assert (await _sign_in(client, login)).status_code == 200

    async def test_notes_the_time(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        before = (await client.get("/users/me", headers=ada)).json()["last_login_at"]
        await _sign_in(client, "ada")
        after = (await client.get("/users/me", headers=ada)).json()["last_login_at"]
        assert datetime.fromisoformat(after) > datetime.fromisoformat(before)

    @pytest.mark.usefixtures("ada")
    async def test_writes_the_event(self, client: httpx.AsyncClient, parts: Parts, ada: dict[str, str]) -> None:
        user_id = (await client.get("/users/me", headers=ada)).json()["id"]
        rows = await parts.database.read(lambda session: list(session.scalars(select(OutboxEvent.payload))))
        events = [json.loads(row) for row in rows]
        assert [event["event_type"] for event in events if event["user_id"] == user_id] == [
            "user_registered", "user_login",
        ]  # fmt: skip

    @pytest.mark.parametrize("missing", ["username", "password"])
    async def test_needs_both_fields(self, client: httpx.AsyncClient, missing: str) -> None:
        form = {"username": "ada", "password": PASSWORD}
        response = await client.post("/auth/token", data={name: form[name] for name in form if name != missing})
        assert response.status_code == 422

    async def test_another_grant_is_refused(self, client: httpx.AsyncClient) -> None:
        form = {"username": "ada", "password": PASSWORD, "grant_type": "client_credentials"}
        assert (await client.post("/auth/token", data=form)).status_code == 422


class TestRefusal:
    @pytest.mark.parametrize(
        ("login", "password"),
        [
            ("ada", "wrong-password-1"),
            ("ada", "testpass12"),
            ("ada", "TESTPASS123"),
            ("ada", "testpass123 "),
            ("ada", "testpass123\x00"),
            ("ada", "x" * 129),
            ("ada", "x" * 100_000),
            ("nobody", PASSWORD),
            ("nobody@example.com", PASSWORD),
            ("ada\x00", PASSWORD),
            ("a" * 5_000, PASSWORD),
            ("' OR 1=1 --", PASSWORD),
            ("%", PASSWORD),
            ("@", PASSWORD),
        ],
    )
    @pytest.mark.usefixtures("ada")
    async def test_is_the_same_for_every_reason(self, client: httpx.AsyncClient, login: str, password: str) -> None:
        response = await _sign_in(client, login, password)
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
        problem = response.json()
        assert (problem["detail"], problem["code"]) == ("Incorrect username or password", "incorrect_credentials")

    @pytest.mark.usefixtures("ada")
    async def test_is_the_same_for_a_deactivated_account(
        self, client: httpx.AsyncClient, admin: dict[str, str]
    ) -> None:
        await client.patch("/users/ada", json={"is_active": False}, headers=admin)
        deactivated = (await _sign_in(client, "ada")).json()
        unknown = (await _sign_in(client, "nobody")).json()
        assert {**deactivated, "request_id": ""} == {**unknown, "request_id": ""}

    @pytest.mark.parametrize(
        "body", [b"\xff\xfe=1", b"username=%ff%fe&password=%ff%00", b"username=%ed%a0%80&password=1"]
    )
    async def test_strange_bytes_are_no_crash(self, client: httpx.AsyncClient, body: bytes) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        response = await client.post("/auth/token", content=body, headers=headers)
        assert response.status_code in (401, 422)

    @pytest.mark.parametrize(
        ("login", "password"),
        [("ada", "wrong-password-1"), ("nobody", PASSWORD), ("ada", "x" * 200), ("nobody", "x" * 200), ("a\x00", "x")],
    )
    @pytest.mark.usefixtures("ada")
    async def test_costs_one_verification_whatever_the_reason(
        self, client: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch, login: str, password: str
    ) -> None:
        context = parts.hasher._context
        verified: list[str] = []

        def count(run: Callable[..., object]) -> Callable[..., object]:
            def counting(secret: bytes, stored: str) -> object:
                verified.append(stored)
                return run(secret, stored)

            return counting

        monkeypatch.setattr(context, "verify", count(context.verify))
        monkeypatch.setattr(context, "verify_and_update", count(context.verify_and_update))
        await _sign_in(client, login, password)
        assert len(verified) == 1
        assert "r=4$" in verified[0], "the dummy has the cost of a real hash"


class TestRaceWithAChange:
    @pytest.mark.usefixtures("ada")
    @pytest.mark.parametrize("change", [{"is_active": False}, {"password_hash": "changed"}])
    async def test_a_sign_in_overtaken_by_it_is_refused(
        self, client: httpx.AsyncClient, parts: Parts, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
    ) -> None:
        verify = PasswordHasher.verify

        async def verify_then_change(hasher: PasswordHasher, password: str, stored: str | None) -> Verification:
            verification = await verify(hasher, password, stored)
            await parts.database.write(
                lambda session: session.query(User).filter(User.username == "ada").update(change)  # type: ignore[arg-type]
            )
            return verification

        monkeypatch.setattr(PasswordHasher, "verify", verify_then_change)
        assert (await _sign_in(client, "ada")).status_code == 401


class TestChangedCost:
    async def test_hashes_again_and_the_password_stays(
        self, settings: AuthSettings, start_service: StartService
    ) -> None:
        body = {"username": "ada", "email": "ada@example.com", "password": PASSWORD}
        async with start_service(settings) as client:
            await client.post("/users/", json=body)
        dearer = settings.model_copy(update={"bcrypt_rounds": 5})
        async with start_service(dearer) as client:
            assert (await _sign_in(client, "ada")).status_code == 200
            app = client._transport.app  # type: ignore[attr-defined]
            stored = await app.state.parts.database.read(
                lambda session: session.scalar(select(User.password_hash).where(User.username == "ada"))
            )
            assert "r=5$" in stored
            assert (await _sign_in(client, "ada")).status_code == 200


class TestOverload:
    @pytest.mark.usefixtures("ada")
    async def test_a_full_queue_is_said_with_a_time_to_come_back(self, client: httpx.AsyncClient, parts: Parts) -> None:
        taken = 0
        while parts.hasher._room.acquire(blocking=False):
            taken += 1
        try:
            response = await _sign_in(client, "ada")
        finally:
            for _ in range(taken):
                parts.hasher._room.release()
        assert response.status_code == 503
        assert response.headers["retry-after"] == "5"
        assert response.json()["code"] == "password_checks_busy"
        assert (await _sign_in(client, "ada")).status_code == 200

"""What a deletion would erase, and the receipts that tell what every service has done."""

import json
from typing import Any

import httpx
import pytest
from auth_server.erasures import relay as relay_module
from auth_server.erasures.neighbours import Neighbour
from auth_server.main import create_app
from auth_server.settings import AuthSettings
from fastapi import FastAPI
from support.factors import done
from support.waiting import eventually

Headers = dict[str, str]
Json = dict[str, Any]
OWN = {"current_password": "testpass123"}
ABSENT_ID = "01900000-0000-7000-8000-000000000000"
CHAT, ANALYTICS = "chat.test", "analytics.test"


class OtherServices:
    """Chat and analytics, which do what they are asked while they are there."""

    def __init__(self) -> None:
        self.away = {CHAT, ANALYTICS}
        self.asked_for: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.host in self.away:
            raise httpx.ConnectError("nobody listens")
        if request.method == "GET":
            self.asked_for.append(request.url.path)
            return httpx.Response(200, json={"holdings": {"things": 3}})
        order = json.loads(request.content)
        return httpx.Response(200, json={"erasure_id": order["erasure_id"], "erased": {"things": 3}})


@pytest.fixture
def others() -> OtherServices:
    return OtherServices()


@pytest.fixture
def app(settings: AuthSettings, clock: Any, others: OtherServices, monkeypatch: pytest.MonkeyPatch) -> FastAPI:
    """The application among these services."""

    def neighbour(name: Any, _address: str, codec: Any) -> Neighbour:
        host = CHAT if name == "chat-service" else ANALYTICS
        return Neighbour(name, f"http://{host}", codec, httpx.MockTransport(others))

    monkeypatch.setattr("auth_server.main.Neighbour", neighbour)
    monkeypatch.setattr(relay_module, "FIRST_PAUSE_SECONDS", 0.01)
    return create_app(settings, clock)


async def receipt_of(client: httpx.AsyncClient, admin: Headers, erasure_id: str) -> Json:
    receipt: Json = done(await client.get(f"/erasures/{erasure_id}", headers=admin))
    return receipt


async def read_by_token(client: httpx.AsyncClient, token: object) -> httpx.Response:
    return await client.post("/erasures/receipt", json={"receipt": token})


class TestPreview:
    async def test_says_what_each_service_holds(
        self, client: httpx.AsyncClient, ada: Headers, others: OtherServices
    ) -> None:
        others.away = set()
        preview = done(await client.get("/users/me/erasure-preview", headers=ada))
        user_id = done(await client.get("/users/me", headers=ada))["id"]
        assert (preview["user_id"], preview["username"]) == (user_id, "ada")
        assert preview["services"] == [
            {"service": "auth-service", "holdings": {"sessions": 1, "invitations": 0}},
            {"service": "chat-service", "holdings": {"things": 3}},
            {"service": "analytics-service", "holdings": {"things": 3}},
        ]
        assert others.asked_for == [f"/internal/holdings/{user_id}"] * 2

    async def test_says_nothing_of_a_service_that_is_away(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, others: OtherServices
    ) -> None:
        others.away = {ANALYTICS}
        for headers, name in ((ada, "me"), (admin, "ADA")):
            preview = done(await client.get(f"/users/{name}/erasure-preview", headers=headers))
            assert [part["holdings"] is None for part in preview["services"]] == [False, False, True]

    async def test_erases_nothing(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        done(await client.get("/users/ada/erasure-preview", headers=admin))
        done(await client.get("/users/me/erasure-preview", headers=ada))
        assert done(await client.get("/erasures/", headers=admin)) == []

    async def test_of_others_is_for_admins(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, bob: Headers, manager: Headers
    ) -> None:
        for headers, status in (({}, 401), (ada, 403), (bob, 403), (manager, 403)):
            assert (await client.get("/users/ada/erasure-preview", headers=headers)).status_code == status
        assert (await client.get("/users/me/erasure-preview")).status_code == 401
        assert (await client.get("/users/nobody/erasure-preview", headers=admin)).status_code == 404


class TestReceipt:
    async def test_is_complete_once_every_service_has_confirmed(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, others: OtherServices
    ) -> None:
        erasure_id = done(await client.delete("/users/ada", headers=admin))["erasure_id"]

        async def has_failed() -> Json | None:
            receipt = await receipt_of(client, admin, erasure_id)
            return receipt if all(part["attempts"] for part in receipt["services"]) else None

        waiting = await eventually(has_failed)
        assert waiting["completed_at"] is None
        assert [part["is_confirmed"] for part in waiting["services"]] == [True, False, False]
        assert waiting["services"][1]["problem"] == "chat-service does not answer."
        others.away = set()

        async def is_complete() -> Json | None:
            receipt = await receipt_of(client, admin, erasure_id)
            return receipt if receipt["completed_at"] else None

        complete = await eventually(is_complete)
        assert [(part["service"], part["problem"]) for part in complete["services"]] == [
            ("auth-service", None),
            ("chat-service", None),
            ("analytics-service", None),
        ]
        assert [part["erased"] for part in complete["services"][1:]] == [{"things": 3}] * 2
        entries = done(await client.get("/audit/", params={"action": "erasure."}, headers=admin))
        assert [(entry["action"], entry["target_name"]) for entry in entries] == [("erasure.completed", "")]
        assert "ada" not in json.dumps(complete)

    @pytest.mark.parametrize("erasure_id", [ABSENT_ID, "x", "%00", "%ED%A0%80", "' OR 1=1 --"])
    async def test_an_absent_one_is_not_found(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, erasure_id: str
    ) -> None:
        done(await client.delete("/users/ada", headers=admin))
        response = await client.get(f"/erasures/{erasure_id}", headers=admin)
        assert (response.status_code, response.json()["code"]) == (404, "erasure_not_found")

    async def test_is_for_admins(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, bob: Headers, manager: Headers
    ) -> None:
        erasure_id = done(await client.delete("/users/ada", headers=admin))["erasure_id"]
        for path in ("/erasures/", f"/erasures/{erasure_id}", f"/erasures/{ABSENT_ID}"):
            for headers, status in (({}, 401), (ada, 401), (bob, 403), (manager, 403)):
                assert (await client.get(path, headers=headers)).status_code == status


class TestReceiptOfHolder:
    async def test_needs_no_sign_in(self, client: httpx.AsyncClient, admin: Headers, ada: Headers) -> None:
        deletion = done(await client.request("DELETE", "/users/me", json=OWN, headers=ada))
        receipt = done(await read_by_token(client, deletion["receipt"]))
        assert (receipt["id"], receipt["is_own_request"]) == (deletion["erasure_id"], True)
        assert receipt["services"][0]["erased"]["accounts"] == 1
        assert set(receipt) == set(await receipt_of(client, admin, deletion["erasure_id"]))

    async def test_any_other_token_is_not_found(
        self, client: httpx.AsyncClient, admin: Headers, ada: Headers, bob: Headers
    ) -> None:
        deletion = done(await client.request("DELETE", "/users/me", json=OWN, headers=ada))
        by_admin = done(await client.delete("/users/bob", headers=admin))
        token = deletion["receipt"]
        strange = ("", "cve_", token[:-1], token.upper(), deletion["erasure_id"], by_admin["erasure_id"], "\x00", "ü")
        for text in strange:
            response = await read_by_token(client, text)
            assert (response.status_code, response.json()["code"]) == (404, "erasure_not_found"), text

    @pytest.mark.parametrize("token", [None, 1, "x" * 101])
    async def test_a_wrong_shape_is_refused(self, client: httpx.AsyncClient, token: object) -> None:
        response = await read_by_token(client, token)
        assert response.status_code == 422
        assert "x" * 101 not in response.text

    async def test_nobody_signs_in_with_it(self, client: httpx.AsyncClient, ada: Headers) -> None:
        token = done(await client.request("DELETE", "/users/me", json=OWN, headers=ada))["receipt"]
        assert (await client.get("/users/me", headers={"Authorization": f"Bearer {token}"})).status_code == 401


class TestList:
    async def test_goes_page_by_page_the_newest_first(
        self, client: httpx.AsyncClient, admin: Headers, make_user: Any
    ) -> None:
        ids = []
        for number in range(5):
            await make_user(f"person{number}")
            ids.append(done(await client.delete(f"/users/person{number}", headers=admin))["erasure_id"])
        listed: list[str] = []
        sizes: list[int] = []
        path: str | None = "/erasures/?limit=2"
        while path:
            response = await client.get(path, headers=admin)
            page = done(response)
            listed += [receipt["id"] for receipt in page]
            sizes.append(len(page))
            path = response.links.get("next", {}).get("url")
        assert listed == list(reversed(ids))
        assert sizes == [2, 2, 1]
        [newest, *_others] = done(await client.get("/erasures/", headers=admin))
        assert {part["service"] for part in newest["services"]} == {
            "auth-service", "chat-service", "analytics-service",
        }  # fmt: skip

    @pytest.mark.parametrize("query", [{"cursor": "nonsense"}, {"cursor": "W10"}, {"limit": "0"}, {"limit": "201"}])
    async def test_a_wrong_query_is_refused(
        self, client: httpx.AsyncClient, admin: Headers, query: dict[str, str]
    ) -> None:
        assert (await client.get("/erasures/", params=query, headers=admin)).status_code == 422

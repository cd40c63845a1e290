"""What the service says of itself, its OpenAPI document, and what it reports to analytics."""

import json
from typing import Any

import httpx
import pytest
from auth_server.main import create_app
from auth_server.settings import AuthSettings
from fastapi import FastAPI
from service_kit.clock import utc_now
from support.factors import make_member
from support.stack import metric

OPERATIONS = {
    ("post", "/users/"): "register_user",
    ("get", "/users/"): "list_users",
    ("get", "/users/me"): "read_profile",
    ("patch", "/users/me"): "update_profile",
    ("put", "/users/me/password"): "change_password",
    ("get", "/users/{username}"): "read_user",
    ("patch", "/users/{username}"): "update_user",
    ("delete", "/users/{username}"): "delete_user",
    ("put", "/users/{username}/roles"): "set_user_roles",
    ("get", "/roles/"): "list_roles",
    ("post", "/auth/token"): "create_token",
    ("post", "/auth/refresh"): "refresh_tokens",
    ("post", "/auth/introspect"): "introspect_token",
    ("post", "/auth/introspections"): "introspect_tokens",
    ("post", "/auth/logout"): "sign_out",
    ("get", "/auth/sessions"): "list_sessions",
    ("delete", "/auth/sessions"): "end_all_sessions",
    ("delete", "/auth/sessions/{session_id}"): "end_session",
    ("post", "/auth/token/factor"): "finish_sign_in",
    ("post", "/auth/token/factor/options"): "begin_passkey_step",
    ("post", "/auth/token/passkey"): "sign_in_by_passkey",
    ("post", "/auth/token/passkey/options"): "begin_passkey_sign_in",
    ("post", "/users/me/proof"): "prove_identity",
    ("post", "/users/me/proof/options"): "begin_passkey_proof",
    ("get", "/users/me/factors"): "read_factors",
    ("post", "/users/me/factors/totp"): "begin_totp",
    ("post", "/users/me/factors/totp/confirm"): "confirm_totp",
    ("delete", "/users/me/factors/totp"): "remove_totp",
    ("post", "/users/me/factors/passkeys/options"): "begin_passkey",
    ("post", "/users/me/factors/passkeys"): "add_passkey",
    ("patch", "/users/me/factors/passkeys/{passkey_id}"): "rename_passkey",
    ("delete", "/users/me/factors/passkeys/{passkey_id}"): "remove_passkey",
    ("post", "/users/me/factors/recovery-codes"): "renew_recovery_codes",
    ("get", "/users/{username}/factors"): "read_user_factors",
    ("delete", "/users/{username}/factors"): "reset_user_factors",
    ("get", "/roles/{name}/policy"): "read_role_policy",
    ("put", "/roles/{name}/policy"): "set_role_policy",
    ("get", "/auth/capabilities"): "read_capabilities",
    ("post", "/auth/password-reset"): "request_password_reset",
    ("post", "/auth/password-reset/confirm"): "confirm_password_reset",
    ("post", "/users/{username}/password-reset"): "make_password_reset_link",
    ("delete", "/users/me"): "delete_own_user",
    ("get", "/users/me/erasure-preview"): "preview_own_erasure",
    ("get", "/users/{username}/erasure-preview"): "preview_erasure",
    ("get", "/erasures/"): "list_erasures",
    ("get", "/erasures/{erasure_id}"): "read_erasure",
    ("post", "/erasures/receipt"): "read_own_receipt",
    ("get", "/users/me/export"): "export_account",
    ("get", "/users/{username}/sessions"): "list_user_sessions",
    ("delete", "/users/{username}/sessions"): "end_all_user_sessions",
    ("delete", "/users/{username}/sessions/{session_id}"): "end_user_session",
    ("get", "/settings/registration"): "read_registration_policy",
    ("put", "/settings/registration"): "set_registration_policy",
    ("post", "/invitations/"): "create_invitation",
    ("get", "/invitations/"): "list_invitations",
    ("delete", "/invitations/{invitation_id}"): "withdraw_invitation",
    ("post", "/invitations/check"): "check_invitation",
}
# What takes something else than a person's access token, or may do without.
WITHOUT_ACCESS_TOKEN = {
    ("post", path)
    for path in (
        "/users/",
        "/auth/token",
        "/auth/refresh",
        "/auth/introspect",
        "/auth/introspections",
        "/auth/logout",
        "/auth/password-reset",
        "/auth/password-reset/confirm",
        "/auth/token/factor",
        "/auth/token/factor/options",
        "/auth/token/passkey",
        "/auth/token/passkey/options",
        "/erasures/receipt",
        "/invitations/check",
    )
} | {("get", "/auth/capabilities")}


@pytest.fixture
def document(settings: AuthSettings) -> dict[str, Any]:
    return create_app(settings).openapi()


class TestServiceRoutes:
    async def test_answer_without_credentials(self, client: httpx.AsyncClient) -> None:
        health = (await client.get("/health")).json()
        assert (health["status"], health["service"]) == ("healthy", "auth-service")
        assert (await client.get("/ready")).status_code == 200
        assert (await client.get("/")).json()["name"] == "auth-service"
        assert "http_requests_total" in (await client.get("/metrics")).text

    async def test_ready_names_the_database_before_it_is_open(self, app: FastAPI) -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://auth.test") as client:
            response = await client.get("/ready")
            assert (response.status_code, response.json()["code"]) == (503, "database_unavailable")
            assert (await client.get("/health")).status_code == 200

    async def test_metrics_name_templates_not_users(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        await client.get("/users/ada", headers=ada)
        text = (await client.get("/metrics")).text
        assert 'route="/users/{username}"' in text
        assert "/users/ada" not in text


class TestSignInFigures:
    async def test_tell_how_sign_ins_ended(self, client: httpx.AsyncClient, ada: dict[str, str]) -> None:
        assert ada
        before = (await client.get("/metrics")).text
        for password in ("wrong-password1", "testpass123"):
            await client.post("/auth/token", data={"username": "ada", "password": password})
        await client.post("/auth/token", data={"username": "nobody-of-that-name", "password": "wrong-password1"})
        await client.post("/auth/refresh", json={"refresh_token": "made-up"})
        await client.post("/auth/token/factor", json={"factor_token": "made-up", "code": "123456"})
        after = (await client.get("/metrics")).text

        def more(way: str, outcome: str) -> float:
            return metric(after, "sign_ins_total", way=way, outcome=outcome) - metric(
                before, "sign_ins_total", way=way, outcome=outcome
            )

        assert more("password", "succeeded") == 1
        assert more("password", "incorrect_credentials") == 2
        assert more("refresh", "invalid_refresh_token") == 1
        assert metric(after, "sign_ins_total", way="second_factor") == 1
        assert "nobody-of-that-name" not in after

    async def test_a_thousand_names_add_no_series(self, client: httpx.AsyncClient) -> None:
        async def series() -> int:
            return len((await client.get("/metrics")).text.splitlines())

        async def refresh(number: int) -> None:
            await client.post("/auth/refresh", json={"refresh_token": f"made-up-{number}"})

        await refresh(0)
        await series()
        before = await series()
        for number in range(1, 1_000):
            await refresh(number)
        assert await series() == before


class TestOpenApi:
    def test_operations_are_named_and_described(self, document: dict[str, Any]) -> None:
        for (method, path), operation_id in OPERATIONS.items():
            operation = document["paths"][path][method]
            assert operation["operationId"] == operation_id
            assert operation["summary"]
            assert operation["description"]

    def test_answers_have_schemas_and_errors_are_problems(self, document: dict[str, Any]) -> None:
        for method, path in OPERATIONS:
            responses = document["paths"][path][method]["responses"]
            good = "202" if path == "/auth/password-reset" else "200"
            assert "schema" in responses[good]["content"]["application/json"]
            for status, response in responses.items():
                if status != good:
                    [content] = response["content"].values()
                    for schema in content["schema"].get("anyOf", [content["schema"]]):
                        assert schema["$ref"].endswith("Problem")

    @pytest.mark.parametrize(
        "schema",
        [
            "UserOut",
            "ProfileOut",
            "RoleOut",
            "TokenOut",
            "SessionOut",
            "ActiveToken",
            "InactiveToken",
            "Confirmation",
            "FactorsOut",
            "TotpOut",
            "PasskeyOut",
            "TotpEnrolmentOut",
            "EnrolledOut",
            "EnrolledPasskeyOut",
            "RecoveryCodesOut",
            "ProofOut",
            "OptionsOut",
            "FactorSummary",
            "RolePolicy",
            "SecondStepProblem",
            "ResetLink",
            "Capabilities",
            "Deletion",
            "OwnDeletion",
            "ErasurePreview",
            "ServiceHoldings",
            "ErasureOut",
            "ErasurePart",
            "AccountExport",
            "SessionRecord",
            "RegistrationPolicyOut",
            "InvitationOut",
            "InvitationMade",
            "InvitationPreview",
        ],
    )
    def test_every_field_of_an_answer_is_required(self, document: dict[str, Any], schema: str) -> None:
        found = document["components"]["schemas"][schema]
        assert set(found["required"]) == set(found["properties"])

    def test_protected_routes_say_so(self, document: dict[str, Any]) -> None:
        for method, path in OPERATIONS.keys() - WITHOUT_ACCESS_TOKEN:
            assert document["paths"][path][method]["security"], path


class TestRequestEvents:
    async def test_report_template_and_user(self, client: httpx.AsyncClient, ada: dict[str, str], app: FastAPI) -> None:
        user_id = (await client.get("/users/me", headers=ada)).json()["id"]
        await client.get("/users/ada", headers=ada)
        requests = app.state.parts.dispatcher._requests
        event = json.loads(requests.take(1_000)[-1])
        assert (event["event_type"], event["source"], event["user_id"]) == ("api_request", "auth-service", user_id)
        assert (event["endpoint"], event["method"], event["status_code"]) == ("/users/{username}", "GET", 200)


class TestCrossOrigin:
    async def test_the_page_may_call_and_read_its_headers(self, client: httpx.AsyncClient) -> None:
        headers = {"Origin": "http://localhost:3000", "Access-Control-Request-Method": "PUT"}
        preflight = await client.options("/users/me/password", headers=headers)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == "http://localhost:3000"
        answer = await client.get("/users/me", headers={"Origin": "http://localhost:3000"})
        assert answer.headers["access-control-allow-origin"] == "http://localhost:3000"

    async def test_other_pages_may_not(self, client: httpx.AsyncClient) -> None:
        answer = await client.get("/users/me", headers={"Origin": "http://evil.example"})
        assert "access-control-allow-origin" not in answer.headers


class TestLogs:
    async def test_hold_nothing_of_second_factors(
        self, client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
    ) -> None:
        tess = await make_member(client, utc_now, "tess")
        await tess.enrol_totp()
        token = await tess.factor_token()
        await tess.finish(token, code=tess.wrong_code())
        await tess.finish(token, code=tess.codes[0])
        await tess.finish(token, code="x" * 65)
        assert "/auth/token/factor" in caplog.text
        for secret in (tess.secret, token, *tess.codes, tess.wrong_code(), tess.shown_code()):
            assert secret not in caplog.text

    async def test_hold_no_password_and_no_token(
        self, client: httpx.AsyncClient, ada: dict[str, str], caplog: pytest.LogCaptureFixture
    ) -> None:
        body = {"username": "eve", "email": "eve@example.com", "password": "hunter2-hunter2"}
        await client.post("/users/", json=body)
        await client.post("/users/", json={**body, "username": 1})
        await client.get("/users/me", headers=ada)
        await client.post("/auth/token", data={"username": "eve", "password": "hunter2-hunter3"})
        written = caplog.text
        assert "/auth/token" in written
        assert "hunter2" not in written
        assert ada["Authorization"].removeprefix("Bearer ") not in written
